"""A site shown while it is edited: at a loopback address, to whoever holds the address."""
