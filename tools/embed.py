#!/usr/bin/env python3
"""Turn files into a C header of constant arrays.

    embed.py bytes  OUT NAME=FILE,… …    static const unsigned char NAME[] and NAME_bytes, of the files one after another
    embed.py texts  OUT ARRAY FILE …     static const struct tn_migration ARRAY[] of name and text, by file name
    embed.py strings OUT PREFIX FILE …   static const char PREFIX_NAME[], by file name
"""
import os
import sys


def literal(data):
    lines = []
    for start in range(0, len(data), 20):
        lines.append("    " + " ".join(f"{byte}," for byte in data[start:start + 20]))
    return "\n".join(lines)


def main():
    kind, out, *rest = sys.argv[1:]
    text = "/* Made from files by tools/embed.py. */\n#pragma once\n\n"
    if kind == "bytes":
        for pair in rest:
            name, path = pair.split("=", 1)
            data = b""
            for part in path.split(","):
                with open(part, "rb") as file:
                    data += file.read()
            text += f"static const unsigned char {name}[] = {{\n{literal(data + bytes([0]))}\n}};\n"
            text += f"enum {{ {name}_bytes = {len(data)} }};\n\n"
    elif kind == "strings":
        prefix, *paths = rest
        for path in sorted(paths):
            name = os.path.splitext(os.path.basename(path))[0]
            with open(path, "rb") as file:
                text += f"static const char {prefix}_{name}[] = {{\n{literal(file.read() + bytes([0]))}\n}};\n\n"
    elif kind == "texts":
        array, *paths = rest
        entries = ""
        for path in sorted(paths):
            name = os.path.splitext(os.path.basename(path))[0]
            with open(path, "rb") as file:
                data = file.read()
            symbol = f"{array}_{name}"
            text += f"static const char {symbol}[] = {{\n{literal(data + bytes([0]))}\n}};\n\n"
            entries += f'    {{ .name = "{name}", .sql = {symbol} }},\n'
        text += f"static const struct tn_migration {array}[] = {{\n{entries}}};\n"
    else:
        sys.exit(__doc__)
    with open(out, "w", encoding="utf-8") as file:
        file.write(text)


main()
