package io.stemspark.internal.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.stemspark.TestSpark;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
  private static final CorpusLimits ALL = new CorpusLimits(List.of("file"));

  @TempDir Path root;

  private static Configuration hadoop() {
    return new Configuration();
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
    assertThat(list())
        .extracting(Track::id)
        .containsExactly("album/01 First", "album/02 Second", "single");
    assertThat(notes()).containsExactly("left out 1: not audio by name (.jpg), such as cover.jpg");
  }

  @Test
  void namesThatBeginWithDotsAndUnderscoresAreSongs() throws IOException {
    touch("_Intro.wav");
    touch("_Unsorted/x.wav");
    touch("...And Justice.mp3");
    touch(".hidden/y.wav");
    touch("_stemspark/temporary/z.wav");
    assertThat(list())
        .extracting(Track::id)
        .containsExactly("...And Justice", ".hidden/y", "_Intro", "_Unsorted/x");
  }

  @Test
  void metadataOfMacOsIsNoSong() throws IOException {
    touch("song.mp3");
    write("._song.mp3", new byte[] {0, 5, 0x16, 7, 0, 2, 0, 0});
    write("._real.wav", bytes("RIFF....WAVEfmt "));
    assertThat(list()).extracting(Track::id).containsExactly("._real", "song");
    assertThat(notes())
        .containsExactly("left out 1: metadata of macOS, not audio, such as ._song.mp3");
  }

  @Test
  void whatANameLeavesOpenTheFirstBytesDecide() throws IOException {
    touch("a.spx");
    touch("b.voc");
    touch("c.dsf");
    touch("d.snd");
    touch("e.ra");
    write("no extension", bytes("fLaC...."));
    write("track.7", bytes("ID3....."));
    byte[] stream = new byte[1000];
    for (int i = 0; i < stream.length; i += 188) {
      stream[i] = 'G';
    }
    write("recording.ts", stream);
    write("source.ts", bytes("export const hop = 1024;"));
    write("empty", new byte[0]);
    assertThat(list())
        .extracting(Track::id)
        .containsExactly("a", "b", "c", "d", "e", "no extension", "recording", "track");
    assertThat(notes())
        .containsExactly("left out 2: no audio format is recognised in it, such as empty");
  }

  @Test
  void namesInAnyEncodingLeadToTheirFiles() throws IOException {
    byte[] name = {'c', 'a', 'f', (byte) 0xE9, '.', 'w', 'a', 'v'};
    Path latin = byBytes(name);
    Files.writeString(latin, "xyz");
    touch("caf\u00e9.wav");
    touch("\u65e5\u672c.wav");
    List<Track> tracks = list();
    assertThat(tracks)
        .extracting(Track::id)
        .containsExactly("caf\u00e9", "caf\uefe9", "\u65e5\u672c");
    var file = new org.apache.hadoop.fs.Path(tracks.get(1).mixture().uri());
    try (InputStream stream = file.getFileSystem(HADOOP).open(file)) {
      assertThat(stream.readAllBytes()).isEqualTo(bytes("xyz"));
    }
  }

  /** As the kernel has it, whatever the locale. */
  private Path byBytes(byte[] name) {
    StringBuilder uri = new StringBuilder(root.toUri().toString());
    for (byte b : name) {
      uri.append("%%%02x".formatted(b & 0xFF));
    }
    return Path.of(URI.create(uri.toString()));
  }

  @Test
  void whatIsNoRegularFileIsCountedAndNotOpened() throws IOException, InterruptedException {
    touch("song.wav");
    Files.createSymbolicLink(root.resolve("again.wav"), root.resolve("song.wav"));
    Files.createSymbolicLink(root.resolve("broken.wav"), root.resolve("nowhere.wav"));
    Files.createSymbolicLink(root.resolve("device.wav"), Path.of("/dev/zero"));
    Process pipe = new ProcessBuilder("mkfifo", root.resolve("pipe.wav").toString()).start();
    assertThat(pipe.waitFor()).isZero();
    assertThat(list()).extracting(Track::id).containsExactly("again", "song");
    assertThat(notes())
        .containsExactlyInAnyOrder(
            "left out 1: a link that leads nowhere, such as broken.wav",
            "left out 2: a pipe, a socket or a device, such as device.wav");
  }

  @Test
  void linksThatLeadBackAreFollowedOnce() throws IOException {
    touch("a/song.wav");
    Files.createSymbolicLink(root.resolve("a/up"), root);
    Files.createSymbolicLink(root.resolve("a/self"), root.resolve("a"));
    Path elsewhere = Files.createDirectory(root.resolve("b"));
    Files.createSymbolicLink(elsewhere.resolve("to a"), root.resolve("a"));
    assertThat(list()).extracting(Track::id).containsExactly("a/song", "b/to a/song");
    assertThat(notes()).hasSize(1);
    assertThat(notes().get(0)).contains("a link to a folder that holds it");
  }

  @Test
  void linksThatLeadToEachOtherAreFollowedOnce() throws IOException {
    touch("a/song.wav");
    touch("b/other.wav");
    Files.createSymbolicLink(root.resolve("a/b"), root.resolve("b"));
    Files.createSymbolicLink(root.resolve("b/a"), root.resolve("a"));
    assertThat(list())
        .extracting(Track::id)
        .containsExactly("a/b/other", "a/song", "b/a/song", "b/other");
  }

  @Test
  void filesOfOneNameKeepTheirExtension() throws IOException {
    touch("song.mp3");
    touch("song.wav");
    touch("other.wav");
    assertThat(list()).extracting(Track::id).containsExactly("other", "song.mp3", "song.wav");
  }

  @Test
  void songsThatAreCalledLikeStemsAreSongs() throws IOException {
    touch("mixture.wav");
    touch("vocals.wav");
    touch("accompaniment.wav");
    touch("Another One.wav");
    assertThat(list())
        .extracting(Track::id)
        .containsExactly("Another One", "accompaniment", "mixture", "vocals");
    assertThat(notes())
        .containsExactly(
            "note 1: a folder with a mixture or vocals beside songs: each file is a track, such as "
                + root.getFileName());
  }

  @Test
  void aStemTwiceMakesSongsOfAFolder() throws IOException {
    touch("a/mixture.wav");
    touch("a/mixture.flac");
    assertThat(list()).extracting(Track::id).containsExactly("a/mixture.flac", "a/mixture.wav");
  }

  @Test
  void stemsOfOtherDataSetsAreStems() throws IOException {
    for (String stem : new String[] {"mixture", "vocals", "guitar", "piano", "percussion"}) {
      touch("train/song/" + stem + ".wav");
    }
    assertThat(list()).extracting(Track::id).containsExactly("train/song");
    assertThat(list().get(0).accompaniment()).hasSize(3);
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
    touch("artist 0/cover.jpg");
    CorpusSource source = CorpusSource.open(root.toString(), ALL, HADOOP);
    assertThat(source.listed()).isEmpty();
    List<Track> tracks;
    try (SparkSession spark = TestSpark.local()) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      var hadoop = context.broadcast(new SerializableConfiguration(HADOOP));
      tracks = source.tracks(context, hadoop).collect();
    }
    assertThat(tracks).hasSize(60 * 170 + 4);
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
            List.of(new Track.Part("drums", new AudioFile("d", -1, 1, "v", 5))));
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
    write(file, bytes("x"));
  }

  private void write(String file, byte[] content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, content);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<Track> list() throws IOException {
    return list(root);
  }

  private static List<Track> list(Path location) throws IOException {
    return entries(location).stream()
        .filter(Track.class::isInstance)
        .map(Track.class::cast)
        .toList();
  }

  private List<String> notes() throws IOException {
    return entries(root).stream()
        .filter(CorpusNote.class::isInstance)
        .map(entry -> ((CorpusNote) entry).describe())
        .toList();
  }

  private static List<CorpusEntry> entries(Path location) throws IOException {
    return CorpusSource.open(location.toString(), ALL, HADOOP).listed().orElseThrow();
  }
}
