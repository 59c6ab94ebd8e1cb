"""What a spec rests on: which page each part comes from, when the page was read, and how well the part is known.

`reading` walks a document and finds what states a source; `account` adds it up for a day; `output` and `page` print it. The
pages in docs/vendors/ are made from the same reading.
"""
