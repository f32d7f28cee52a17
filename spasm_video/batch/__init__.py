"""Many videos: plan, measure on one machine or a cluster, resume, and put it into tables."""
