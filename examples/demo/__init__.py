"""One cohort through four vendors: what `make demo` plays, against simulators on this machine."""
