"""What changed for Python code: two generated packages side by side, and earlier tests against the new one."""
