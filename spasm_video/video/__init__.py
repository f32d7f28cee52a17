"""Where pictures come from and go to: files, cameras, written clips."""
