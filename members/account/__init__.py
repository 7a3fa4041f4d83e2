"""Who somebody is to Kith: signing in, their address, what they are called, and the end of their account."""
