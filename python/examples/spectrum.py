"""Writes the eigenvalues of the covariance of images, for problem.spectrum.from.

    python3 spectrum.py cifar10 -o cifar10.txt
    python3 spectrum.py mnist -o mnist.txt
    alignode ode FILE --set 'problem.spectrum={from: cifar10.txt, count: 16}'

Reads the training files in FOLDER/mnist or FOLDER/cifar10, where FOLDER is --data, or else the variable
ALIGNODE_DATA. Every pixel has its mean taken off; the eigenvalues, largest first, are scaled to mean 1,
so that N directions of this spectrum have the total variance of N of isotropic inputs.
"""
import argparse
import gzip
import os
import sys
from pathlib import Path

try:
    import numpy as np
except ModuleNotFoundError:
    sys.exit("spectrum.py: needs NumPy: python3 -m pip install numpy, in a virtual environment for instance")


def mnist(folder):
    """60000 x 784"""
    data = gzip.decompress((folder / "mnist" / "train-images-idx3-ubyte.gz").read_bytes())
    count, rows, cols = (int.from_bytes(data[i:i + 4], "big") for i in (4, 8, 12))
    return np.frombuffer(data, np.uint8, offset=16).reshape(count, rows * cols)


def cifar10(folder):
    """50000 x 3072: a label and the three colours of an image in each record"""
    files = sorted((folder / "cifar10").glob("data_batch_*.bin.gz"))
    if not files:
        raise FileNotFoundError(f"{folder / 'cifar10'}: no data_batch_*.bin.gz")
    records = [np.frombuffer(gzip.decompress(f.read_bytes()), np.uint8) for f in files]
    return np.concatenate(records).reshape(-1, 3073)[:, 1:]


def eigenvalues(images):
    """Of the covariance over samples, largest first, with mean 1."""
    covariance = np.zeros((images.shape[1], images.shape[1]))
    mean = images.mean(axis=0)
    for part in np.array_split(images, 20):  # in float64 all of CIFAR-10 would take 1.2 GB
        centred = part - mean
        covariance += centred.T @ centred
    values = np.maximum(np.linalg.eigvalsh(covariance)[::-1], 0)
    return values / values.mean()


def main():
    parser = argparse.ArgumentParser(description="eigenvalues of images for problem.spectrum.from")
    parser.add_argument("images", choices=["mnist", "cifar10"])
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGNODE_DATA"))
    parser.add_argument("-o", type=Path, required=True, help="the file to write")
    options = parser.parse_args()
    if options.data is None:
        parser.error("where are the images? give --data or ALIGNODE_DATA")
    try:
        images = {"mnist": mnist, "cifar10": cifar10}[options.images](options.data)
    except OSError as error:
        sys.exit(f"spectrum.py: {error}")
    values = eigenvalues(images)
    with options.o.open("w") as out:
        print(f"# eigenvalues of {options.images}, {len(images)} images, mean 1", file=out)
        print(*(f"{x:.10g}" for x in values), sep="\n", file=out)
    shares = ", ".join(f"{values[:n].sum() / values.sum():.0%} in {n}" for n in (1, 10, 100))
    print(f"{options.o}: {len(values)} eigenvalues; of their sum {shares}")


if __name__ == "__main__":
    main()
