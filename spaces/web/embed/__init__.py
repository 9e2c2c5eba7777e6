"""What other sites show of a Space: its app in a frame, a badge, a card with a picture, and what they ask to make these.

All of it is for everybody: who asks is not looked at, and a private Space and none at all are told alike.
"""
