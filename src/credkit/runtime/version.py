"""The version of this distribution, as `User-Agent` states it; kept here because reading package metadata takes milliseconds."""

VERSION = "0.1.0"
