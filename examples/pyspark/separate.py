"""Separates the audio files of a folder with PySpark 4.

    pip install pyspark==4.2.0 numpy
    ./mvnw package -DskipTests
    python examples/pyspark/separate.py demo/starter.bundle demo/test stems
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession

from stemspark import VocalSeparator

JAR = Path(__file__).resolve().parents[2] / "spark-jobs/target/stemspark.jar"

bundle, tracks, stems = sys.argv[1:4]
spark = (
    SparkSession.builder.appName("separate")
    .config("spark.jars", str(JAR))
    .config("spark.driver.extraClassPath", str(JAR))
    .getOrCreate()
)
files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(tracks)
VocalSeparator(bundle, stems).transform(files.selectExpr("path AS uri")).show(truncate=False)
