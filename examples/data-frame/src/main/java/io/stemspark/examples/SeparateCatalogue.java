package io.stemspark.examples;

import io.stemspark.spark.RunSummary;
import io.stemspark.spark.Stemspark;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** Separates a catalogue, with journal and lease: BUNDLE CORPUS FOLDER. */
public final class SeparateCatalogue {
  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkSession.builder().appName("separate").getOrCreate()) {
      RunSummary summary =
          Stemspark.on(spark)
              .with("stemspark.output.container", "flac")
              .separate(arguments[1])
              .withModel(arguments[0])
              .to(arguments[2])
              .execute();
      System.out.println(summary);
    }
  }
}
