"""The command line that scripts share which run a model and its result on samples; the data options are those of jointrank."""
import argparse


def numbers(text):
    return [float(word) for word in text.split(",")]


def parser(description):
    """With what to run, and on what."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("original")
    made.add_argument("result")
    made.add_argument("--data", required=True, help="an .npz file with samples")
    made.add_argument("--batches", type=lambda text: [int(word) for word in text.split(",")], default=[1, 8], help="default: 1,8")
    made.add_argument("--scale", type=float, default=1.0)
    made.add_argument("--mean", type=numbers, default=[0.0])
    made.add_argument("--std", type=numbers, default=[1.0])
    return made
