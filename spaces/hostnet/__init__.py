"""Where Spaces and builds may connect to: packet filter rules on the host, made purely (`policy.py`), put in place by
whatever means there is (`firewall.py`)."""
