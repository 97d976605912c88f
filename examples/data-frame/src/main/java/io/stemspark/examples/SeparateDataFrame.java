package io.stemspark.examples;

import io.stemspark.spark.VocalSeparator;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Separates the audio files of a folder as rows of a data frame: BUNDLE TRACKS FOLDER RESULTS. */
public final class SeparateDataFrame {
  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("separate").getOrCreate()) {
      Dataset<Row> tracks =
          spark
              .read()
              .format("binaryFile")
              .option("recursiveFileLookup", true)
              .load(arguments[1])
              .select(functions.col("path").as("uri"));
      new VocalSeparator()
          .setModel(arguments[0])
          .setOutputPath(arguments[2])
          .transform(tracks)
          .write()
          .parquet(arguments[3]);
    }
  }
}
