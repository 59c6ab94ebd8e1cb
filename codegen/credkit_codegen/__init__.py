"""The generator behind `credkit-codegen`."""
