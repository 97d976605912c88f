package io.stemspark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stemspark.TestSpark;
import io.stemspark.jobs.corpus.AudioFile;
import io.stemspark.jobs.corpus.CorpusSource;
import io.stemspark.jobs.corpus.Track;
import io.stemspark.jobs.storage.PlainLocalFileSystem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  private static final Configuration HADOOP = hadoop();

  @TempDir Path root;

  private static Configuration hadoop() {
    Configuration configuration = new Configuration();
    configuration.set("fs.file.impl", PlainLocalFileSystem.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    return configuration;
  }

  @Test
  void readsMusdb18AsItIs() throws IOException {
    for (String stem : new String[] {"mixture", "vocals", "drums", "bass", "other"}) {
      touch("test/Artist - Song/" + stem + ".wav");
    }
    List<Track> tracks = list();
    assertThat(tracks).hasSize(1);
    Track track = tracks.get(0);
    assertThat(track.id()).isEqualTo("test/Artist - Song");
    assertThat(track.split()).isEqualTo("test");
    assertThat(track.mixture().uri()).endsWith("/mixture.wav");
    assertThat(track.vocals().uri()).endsWith("/vocals.wav");
    assertThat(track.accompaniment())
        .extracting(file -> file.uri().substring(file.uri().lastIndexOf('/') + 1))
        .containsExactly("bass.wav", "drums.wav", "other.wav");
    assertThat(track.hasStems()).isTrue();
  }

  @Test
  void stemFilesHoldFiveStreams() throws IOException {
    touch("valid/Artist - Song.stem.mp4");
    Track track = list().get(0);
    assertThat(track.id()).isEqualTo("valid/Artist - Song");
    assertThat(track.split()).isEqualTo("valid");
    assertThat(track.mixture().stream()).isEqualTo(0);
    assertThat(track.vocals().stream()).isEqualTo(4);
    assertThat(track.accompaniment()).extracting(AudioFile::stream).containsExactly(1, 2, 3);
    assertThat(track.accompaniment()).extracting(AudioFile::uri).containsOnly(track.uri());
  }

  @Test
  void everyOtherAudioFileIsATrack() throws IOException {
    touch("album/01 First.mp3");
    touch("album/02 Second.FLAC");
    touch("single.ogg");
    touch("cover.jpg");
    touch(".hidden/x.wav");
    touch("_temporary/x.wav");
    assertThat(list())
        .extracting(Track::id)
        .containsExactly("album/01 First", "album/02 Second", "single");
  }

  @Test
  void filesOfOneNameKeepTheirExtension() throws IOException {
    touch("song.mp3");
    touch("song.wav");
    touch("other.wav");
    assertThat(list()).extracting(Track::id).containsExactly("other", "song.mp3", "song.wav");
  }

  @Test
  void refusesTwoTracksOfOneId() throws IOException {
    touch("song.wav");
    touch("song/mixture.wav");
    assertThatThrownBy(this::list)
        .hasMessageContaining("two tracks would both be called song")
        .hasMessageContaining("song.wav")
        .hasMessageContaining("song/mixture.wav");
  }

  @Test
  void refusesAStemTwice() throws IOException {
    touch("a/mixture.wav");
    touch("a/mixture.flac");
    assertThatThrownBy(this::list).hasMessageContaining("holds the same stem twice: mixture.");
  }

  @Test
  void aTrackFolderIsACorpusOfOne() throws IOException {
    touch("mixture.wav");
    touch("vocals.wav");
    touch("other.wav");
    assertThat(list()).extracting(Track::id).containsExactly(root.getFileName().toString());
  }

  @Test
  void oneFileIsACorpusOfOne() throws IOException {
    touch("a/song.two.mp3");
    List<Track> tracks = list(root.resolve("a/song.two.mp3"));
    assertThat(tracks).extracting(Track::id).containsExactly("song.two");
  }

  @Test
  void executorsListLargeTrees() throws IOException {
    for (int folder = 0; folder < 60; folder++) {
      for (int file = 0; file < 170; file++) {
        touch("artist %d/album/%03d.mp3".formatted(folder, file));
      }
    }
    for (String stem : new String[] {"mixture", "vocals", "other"}) {
      touch("test/known/" + stem + ".wav");
    }
    touch("artist 0/song.mp3");
    touch("artist 0/song.wav");
    touch("artist 0/_hidden/song.wav");
    CorpusSource source = CorpusSource.open(root.toString(), HADOOP);
    assertThat(source.listed()).isEmpty();
    List<Track> tracks;
    try (SparkSession spark = TestSpark.local()) {
      var hadoop =
          JavaSparkContext.fromSparkContext(spark.sparkContext())
              .broadcast(new SerializableConfiguration(HADOOP));
      tracks = source.tracks(spark, hadoop).collect();
    }
    assertThat(tracks).hasSize(60 * 170 + 3);
    assertThat(tracks)
        .extracting(Track::id)
        .doesNotHaveDuplicates()
        .contains("artist 59/album/169", "artist 0/song.mp3", "artist 0/song.wav", "test/known");
    assertThat(tracks).filteredOn(Track::hasStems).hasSize(1);
  }

  @Test
  void tracksTravel() throws IOException, ClassNotFoundException {
    Track track =
        new Track(
            "a/b",
            "a",
            new AudioFile("m", 0, 1, "v", 5),
            new AudioFile("m", 4, 1, "v", 5),
            List.of(new AudioFile("d", -1, 1, "v", 5)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(track);
    }
    try (ObjectInputStream stream =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(stream.readObject()).isEqualTo(track);
    }
  }

  private void touch(String file) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "x");
  }

  private List<Track> list() throws IOException {
    return list(root);
  }

  private static List<Track> list(Path location) throws IOException {
    return CorpusSource.open(location.toString(), HADOOP).listed().orElseThrow();
  }
}
