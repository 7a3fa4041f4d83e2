"""Who hosts an event: co-hosts, those asked to be, and whom hosts keep out."""
