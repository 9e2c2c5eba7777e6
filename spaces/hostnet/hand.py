"""The hand that changes the packet filter. Standard library only and free of imports of ours: where we are not root,
this very text runs inside a helper container (`python3 -c TEXT VERB PLAN`), and prints its answer as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

WAIT = ["-w", "10"]
"""Seconds to wait for others who change the filter."""


def apply(plan: dict) -> str:
    """Fills our chains, each family in one step, and enters them first thing. Returns what went wrong, or nothing."""
    for program, rules in plan["families"].items():
        lines = ["*filter", *(f":{chain} - [0:0]" for chain in plan["chains"]), *(" ".join(rule) for rule in rules)]
        done = _run([f"{program}-restore", *WAIT, "--noflush"], "\n".join([*lines, "COMMIT", ""]))
        if done.returncode:
            if program == "ip6tables":  # a kernel without IPv6 needs no rules for it
                continue
            return _words(done)
        for hook, rule in _jumps(program, plan):
            if _run([program, *WAIT, "-C", hook, *rule]).returncode:
                done = _run([program, *WAIT, "-I", hook, "1", *rule])
                if done.returncode:
                    return _words(done)
    return check(plan)


def check(plan: dict) -> str:
    """What is missing of the IPv4 rules, or nothing."""
    program, rules = "iptables", plan["families"]["iptables"]
    for hook, rule in _jumps(program, plan):
        if _run([program, *WAIT, "-C", hook, *rule]).returncode:
            return f"{hook} does not lead to {rule[-1]}"
    for chain in plan["chains"]:
        listed = _run([program, *WAIT, "-S", chain]).stdout.splitlines()
        wanted = sum(rule[1] == chain for rule in rules)
        if len(listed) != wanted + 1:
            return f"{chain} holds {max(0, len(listed) - 1)} rules, not {wanted}"
    return ""


def remove(plan: dict) -> str:
    """Takes out all that `apply` put in."""
    for program in plan["families"]:
        for hook, rule in _jumps(program, plan):
            while _run([program, *WAIT, "-D", hook, *rule]).returncode == 0:
                pass
        for step in ("-F", "-X"):
            for chain in plan["chains"]:
                _run([program, *WAIT, step, chain])
    return ""


def _jumps(program: str, plan: dict) -> list:
    # Docker keeps DOCKER-USER for rules like ours; engines that use nftables directly have none.
    docker = _run([program, *WAIT, "-S", "DOCKER-USER"]).returncode == 0
    hooks = {"forward": "DOCKER-USER" if docker else "FORWARD", "host": "INPUT"}
    return [(hook, rule) for where, hook in hooks.items() for rule in plan["jumps"][program][where]]


def _run(argv: list, text: str = "") -> subprocess.CompletedProcess:
    try:
        return subprocess.run(argv, input=text, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(argv, 127, "", str(error))


def _words(done: subprocess.CompletedProcess) -> str:
    return (done.stderr or done.stdout or f"exit code {done.returncode}").strip()[-300:]


if __name__ == "__main__":
    _verb, _plan = sys.argv[1], json.loads(sys.argv[2])
    if shutil.which("iptables") is None:
        _answer = "the base image has no iptables"
    else:
        _answer = {"apply": apply, "check": check, "remove": remove}[_verb](_plan)
    print(json.dumps(_answer))
