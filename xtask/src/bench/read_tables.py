"""Times one way of reading a PDF export, with the same ruler for all: processor time and peak memory of a process.

usage: read_tables.py TOOL FILE.pdf [--pages N]
       read_tables.py command FILE.pdf -- PROGRAM [ARGUMENT ...]     (FILE.pdf becomes its standard input)
TOOL: pdfplumber (tables, the way such exports are usually read) | pymupdf (words) | pypdfium2 (text rectangles)
      | pdftotext (-bbox words)
Prints one line of JSON. The tools that stop at words would need more time to build rows of them, so their figures are
lower bounds.
"""
import argparse
import json
import resource
import subprocess
import sys


def pdfplumber_tables(path, pages):
    import pdfplumber
    found = count = 0
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages[:pages]:
            count += 1
            for table in page.extract_tables():
                found += sum(len(row) for row in table)
            page.close()
    return count, found


def pymupdf_words(path, pages):
    import pymupdf
    found = count = 0
    with pymupdf.open(path) as document:
        for page in document.pages(0, min(pages or document.page_count, document.page_count)):
            count += 1
            found += len(page.get_text("words"))
    return count, found


def pypdfium2_rectangles(path, pages):
    import pypdfium2
    found = count = 0
    document = pypdfium2.PdfDocument(path)
    for index in range(min(pages or len(document), len(document))):
        count += 1
        text = document[index].get_textpage()
        rectangles = text.count_rects()
        for rectangle in range(rectangles):
            text.get_text_bounded(*text.get_rect(rectangle))
        found += rectangles
        text.close()
    return count, found


def pdftotext_words(path, pages):
    command = ["pdftotext", "-bbox"] + (["-l", str(pages)] if pages else []) + [path, "-"]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return out.count("<page "), out.count("<word ")


def run_command(path, command):
    with open(path, "rb") as file:
        child = subprocess.run(command, stdin=file, stdout=subprocess.PIPE, check=True)
    return 0, child.stdout.count(b"\n")


TOOLS = {"pdfplumber": pdfplumber_tables, "pymupdf": pymupdf_words,
         "pypdfium2": pypdfium2_rectangles, "pdftotext": pdftotext_words}


def main():
    words = sys.argv[1:]
    own, command = (words[:words.index("--")], words[words.index("--") + 1:]) if "--" in words else (words, [])
    parser = argparse.ArgumentParser()
    parser.add_argument("tool", choices=[*TOOLS, "command"])
    parser.add_argument("file")
    parser.add_argument("--pages", type=int, default=None)
    wanted = parser.parse_args(own)
    if wanted.tool == "command":
        pages, found = run_command(wanted.file, command)
    else:
        pages, found = TOOLS[wanted.tool](wanted.file, wanted.pages)
    own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    # What a child did is the figure where there is one; this script is not the subject.
    subjects = [child] if wanted.tool in ("command", "pdftotext") else [own]
    print(json.dumps({
        "pages": pages, "found": found,
        "cpuSeconds": sum(used.ru_utime + used.ru_stime for used in subjects),
        "peakMib": max(used.ru_maxrss for used in subjects) / 1024}))


if __name__ == "__main__":
    main()
