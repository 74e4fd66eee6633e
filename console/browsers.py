"""What a browser is, from what it calls itself."""

# Looked for in this order: most call themselves by each other's names too.
_PROGRAMS = {
    "Edg/": "Edge",
    "coc_coc": "Cốc Cốc",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Zalo": "Zalo",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "máy Mac",
    "Linux": "Linux",
}


def browser_name(user_agent: str) -> str:
    """Return `Chrome trên Windows`."""
    program = next((name for mark, name in _PROGRAMS.items() if mark in user_agent), "Trình duyệt khác")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return f"{program} trên {system}" if system else program
