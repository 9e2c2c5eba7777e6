"""What the platform refuses because of its own state."""

SENTENCES = {
    # stages
    "A Space that is {stage} cannot become {wanted}.": "处于 {stage} 的 Space 不能变为 {wanted}。",
    # the network's rules
    "DEMODOCK_ALLOW_PRIVATE holds {entry}, which is no network.": "DEMODOCK_ALLOW_PRIVATE 中的 {entry} 不是网络。",
    "Such as 10.1.2.0/24 or 10.1.2.3.": "例如 10.1.2.0/24 或 10.1.2.3。",
}
