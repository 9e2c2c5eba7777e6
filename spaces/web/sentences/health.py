"""What the console's audit log shows beside names and numbers."""

SENTENCES = {
    # the audit log
    "(hidden)": "（已隐藏）",
}
