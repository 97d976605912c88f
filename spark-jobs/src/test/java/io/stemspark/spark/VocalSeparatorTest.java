package io.stemspark.spark;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stemspark.Demo;
import io.stemspark.TestBundle;
import io.stemspark.TestSpark;
import io.stemspark.run.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class VocalSeparatorTest {
  private static final Path TRACK = Demo.FOLDER.resolve("train/en-weasels");
  private static final StructType URIS =
      new StructType()
          .add("uri", DataTypes.StringType)
          .add("id", DataTypes.StringType)
          .add("truth", DataTypes.StringType);

  @TempDir static Path folder;
  private static SparkSession spark;
  private static Path bundle;

  @BeforeAll
  static void start() throws IOException {
    spark = TestSpark.local();
    bundle = TestBundle.write(folder.resolve("model.bundle"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static VocalSeparator separator(Path stems) {
    return new VocalSeparator().setModel(bundle.toString()).setOutputPath(stems.toString());
  }

  private static Dataset<Row> tracks(String... uris) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < uris.length; i++) {
      rows.add(RowFactory.create(uris[i], "track " + i, TRACK.resolve("vocals.flac").toString()));
    }
    return spark.createDataFrame(rows, URIS);
  }

  @Test
  void rowsGetTheStemsOfTheJob() throws IOException {
    Path stems = folder.resolve("rows");
    List<Row> rows =
        separator(stems)
            .setIdCol("id")
            .setReferenceCol("truth")
            .transform(tracks(TRACK.resolve("mixture.flac").toString()))
            .collectAsList();

    Row row = rows.get(0);
    assertThat(row.<String>getAs("failure")).isNull();
    assertThat(row.<Double>getAs("seconds")).isBetween(7.0, 7.5);
    assertThat(row.<Double>getAs("sdr")).isBetween(-50.0, 50.0);
    assertThat(row.<String>getAs("vocals")).endsWith("track 0/vocals.wav");
    Path whole = folder.resolve("job");
    RunSummary summary =
        Stemspark.on(spark)
            .separate(TRACK.resolve("mixture.flac").toString())
            .withModel(bundle.toString())
            .to(whole.toString())
            .execute();
    assertThat(summary.done()).isEqualTo(1);
    assertThat(stems.resolve("track 0/vocals.wav"))
        .hasSameBinaryContentAs(whole.resolve("mixture/vocals.wav"));
  }

  @Test
  void aRowThatFailsStopsNoOther() {
    List<Row> rows =
        separator(folder.resolve("failing"))
            .transform(
                tracks(
                    folder.resolve("missing.wav").toString(),
                    TRACK.resolve("mixture.flac").toString(),
                    null))
            .collectAsList();
    assertThat(rows.get(0).<String>getAs("failure")).contains("missing.wav");
    assertThat(rows.get(0).<String>getAs("vocals")).isNull();
    assertThat(rows.get(1).<String>getAs("failure")).isNull();
    assertThat(rows.get(2).<String>getAs("failure")).contains("the input column is null");
  }

  @Test
  void whatNoTrackCanBeIsOneRowsFailure() {
    String good = TRACK.resolve("mixture.flac").toString();
    List<String> odd =
        List.of("", "foo://x/a.wav", "s3a://k:s@b/x.wav", "http://127.0.0.1:1/a.wav", "data:,x");
    List<String> uris = new ArrayList<>(odd);
    uris.add(good);
    List<Row> rows =
        separator(folder.resolve("odd"))
            .transform(tracks(uris.toArray(String[]::new)))
            .collectAsList();
    for (int i = 0; i < odd.size(); i++) {
      assertThat(rows.get(i).<String>getAs("failure")).as(odd.get(i)).isNotBlank();
    }
    assertThat(rows.get(2).<String>getAs("failure")).contains("credential").doesNotContain("k:s");
    assertThat(rows.get(3).<String>getAs("failure")).contains("stemspark.corpus.schemes");
    assertThat(rows.get(odd.size()).<String>getAs("failure")).isNull();
  }

  /** Local Spark has one attempt, which is the last. */
  @Test
  void whatStorageFailsToTheEndIsOneRowsFailure() throws IOException {
    Path longName = folder.resolve("x".repeat(245) + ".flac");
    Files.copy(TRACK.resolve("mixture.flac"), longName);
    List<Row> rows =
        separator(folder.resolve("far"))
            .transform(tracks("hdfs://127.0.0.1:9/x.mp3", longName.toString()))
            .collectAsList();
    assertThat(rows.get(0).<String>getAs("failure")).isNotBlank();
    assertThat(rows.get(1).<String>getAs("failure")).isNull();
    assertThat(rows.get(1).<String>getAs("vocals")).contains("xxx");
  }

  @Test
  void aReferenceOfAnotherRateIsNoReference() throws IOException {
    ByteBuffer wav = ByteBuffer.allocate(44 + 4 * 48_000).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(US_ASCII)).putInt(wav.capacity() - 8);
    wav.put("WAVEfmt ".getBytes(US_ASCII)).putInt(16).putShort((short) 1).putShort((short) 2);
    wav.putInt(48_000).putInt(4 * 48_000).putShort((short) 4).putShort((short) 16);
    wav.put("data".getBytes(US_ASCII)).putInt(4 * 48_000);
    Path other = Files.write(folder.resolve("other.wav"), wav.array());
    List<Row> rows =
        List.of(RowFactory.create(TRACK.resolve("mixture.flac").toString(), "a", other.toString()));
    Row row =
        separator(folder.resolve("other rate"))
            .setReferenceCol("truth")
            .transform(spark.createDataFrame(rows, URIS))
            .first();
    assertThat(row.<String>getAs("failure"))
        .startsWith("The reference has 2 channels of 48000 Hz, and the track 2 of 44100 Hz.");
  }

  @Test
  void idsThatGiveNoPlaceOrTheSameAreFailures() {
    String good = TRACK.resolve("mixture.flac").toString();
    List<Row> rows = new ArrayList<>();
    for (String id :
        Arrays.asList("..", "", "a//b", "_stemspark/x", null, "twice", "twice", "once")) {
      rows.add(RowFactory.create(good, id, null));
    }
    Path stems = folder.resolve("ids");
    List<Row> results =
        separator(stems)
            .setIdCol("id")
            .transform(spark.createDataFrame(rows, URIS))
            .collectAsList();
    assertThat(results).hasSize(rows.size());
    assertThat(results.get(0).schema().fieldNames())
        .containsExactly(
            "uri", "id", "truth", "vocals", "accompaniment", "seconds", "sdr", "failure");
    for (Row row : results) {
      if ("once".equals(row.<String>getAs("id"))) {
        assertThat(row.<String>getAs("failure")).isNull();
      } else {
        assertThat(row.<String>getAs("failure")).as("%s", row).isNotBlank();
      }
      if ("twice".equals(row.<String>getAs("id"))) {
        assertThat(row.<String>getAs("failure")).startsWith("2 rows have the id twice");
      }
    }
    assertThat(stems.resolve("twice")).doesNotExist();
    assertThat(stems.resolve("once/vocals.wav")).isNotEmptyFile();
  }

  @Test
  void bytesAreSeparatedToo() throws IOException {
    StructType schema = new StructType().add("content", DataTypes.BinaryType);
    byte[] content = Files.readAllBytes(Demo.FOLDER.resolve("test/es-echo-mp3/mixture.mp3"));
    Dataset<Row> tracks =
        spark.createDataFrame(List.of(RowFactory.create((Object) content)), schema);
    Row row =
        separator(folder.resolve("bytes"))
            .setInputCol("content")
            .setSettings("stemspark.output.container=flac")
            .transform(tracks)
            .first();
    assertThat(row.<String>getAs("failure")).isNull();
    assertThat(row.<String>getAs("vocals")).endsWith("vocals.flac");
  }

  @Test
  void aSavedSeparatorIsTheSame() throws IOException {
    Path saved = folder.resolve("saved");
    separator(folder.resolve("x"))
        .setInputCol("path")
        .setSettings("stemspark.separation.overlap=0.25")
        .save(saved.toString());
    VocalSeparator back = VocalSeparator.load(saved.toString());
    assertThat(back.getOrDefault(back.inputCol())).isEqualTo("path");
    assertThat(back.getOrDefault(back.model())).isEqualTo(bundle.toString());
    assertThat(back.getOrDefault(back.settings()))
        .containsExactly("stemspark.separation.overlap=0.25");
  }

  @Test
  void wrongColumnsAreToldAtOnce() {
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> separator(folder).setInputCol("path").transform(tracks()))
        .withMessageContaining("There is no column path");
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> separator(folder).transform(tracks().withColumnRenamed("id", "vocals")))
        .withMessageContaining("The column vocals is there already");
    assertThatExceptionOfType(InputException.class)
        .isThrownBy(() -> new VocalSeparator().setOutputPath("x").transform(tracks()))
        .withMessageContaining("needs its model");
  }

  @Test
  void aDryRunSaysWhatWouldBeDone() throws IOException {
    DryRun run =
        Stemspark.on(spark)
            .separate(Demo.FOLDER.resolve("test").toString())
            .withModel(bundle.toString())
            .to(folder.resolve("dry").toString())
            .limit(1)
            .dryRun();
    assertThat(run.toDo()).isEqualTo(1);
    assertThat(run.reasons()).containsEntry("never done", 2L);
  }
}
