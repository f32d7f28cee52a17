"""The local web app: record at home, review in the clinic; nothing leaves the machine."""
