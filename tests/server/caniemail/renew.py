"""Keep of caniemail's data what `mail_programs` reads: `python renew.py package/data/caniemail.json`."""

import json
import sys
from pathlib import Path

PROGRAMS = {
    "Gmail": ("gmail", "desktop-webmail"),
    "Gmail on iOS": ("gmail", "ios"),
    "Gmail on Android": ("gmail", "android"),
    "Outlook on Windows": ("outlook", "windows"),
    "Outlook.com": ("outlook", "outlook-com"),
    "Apple Mail": ("apple-mail", "macos"),
    "Apple Mail on iOS": ("apple-mail", "ios"),
}


def kept(feature: dict) -> dict:
    supports = {
        program: list(versions.values())[-1].split()[0]
        for program, (family, platform) in PROGRAMS.items()
        if (versions := feature["stats"].get(family, {}).get(platform))
    }
    return {"category": feature["category"], "supports": supports}


if __name__ == "__main__":
    whole = json.loads(Path(sys.argv[1]).read_text())
    features = {each["title"]: kept(each) for each in sorted(whole["data"], key=lambda each: each["title"])}
    lines = [f"{json.dumps(title)}: {json.dumps(feature)}" for title, feature in features.items()]
    head = f'"last_update": {json.dumps(whole["last_update_date"])}'
    text = "{" + head + ',\n"features": {\n' + ",\n".join(lines) + "\n}}\n"
    (Path(__file__).parent / "data.json").write_text(text)
