package io.stemspark.internal.corpus;

import io.stemspark.internal.audio.AudioSignature;
import io.stemspark.internal.corpus.CorpusNote.Kind;
import io.stemspark.internal.storage.FileTree;
import io.stemspark.internal.storage.LocalStatus;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/**
 * Decides which files of a folder are audio. An audio extension is enough, whatever the name begins
 * with. Where names leave it open, the first bytes decide. Files that a user or a list names are
 * taken as they are.
 */
public final class AudioRule {
  /** Extensions of files that FFmpeg reads. */
  private static final Set<String> AUDIO =
      Set.of(
          """
          wav wave bwf rf64 w64 aif aiff aifc caf au snd voc flac ape apl mac wv tta tak shn dsf
          dff mp3 mp2 mp1 mpa m2a mpc m4a m4b m4r mp4 m4v mov qt aac adts ogg oga ogv ogx opus spx
          wma asf wmv mka mkv webm weba avi ac3 eac3 ec3 dts dtshd thd mlp ra rm rmvb amr awb 3gp
          3g2 flv f4v mpg mpeg vob m2ts mts sox oma aa3 iff 8svx sph nist sf ircam"""
              .split("\\s+", -1));

  /** Extensions of files that lie beside music and are not audio. */
  private static final Set<String> OTHER =
      Set.of(
          """
          jpg jpeg png gif bmp tif tiff webp heic svg psd ico txt md nfo log pdf doc docx odt rtf
          xls xlsx html htm xml json jsonl ndjson yaml yml csv tsv parquet sql db ini cfg conf cue
          m3u m3u8 pls xspf asx wpl ram lrc srt vtt ass ffp md5 sha1 sha256 sfv accurip mid midi
          kar musicxml mxl sib zip gz bz2 xz zst 7z rar tar tgz iso torrent url webloc lnk exe dll
          so jar class py java js sh bat css crc onnx bundle npy npz pt h5 als flp logicx ptx rpp
          asd reapeaks ds_store itl plist tmp"""
              .split("\\s+", -1));

  private static final String RESOURCE_FORK = "._";
  private static final int HEAD_BYTES = 4096;

  private AudioRule() {}

  /**
   * Whether an entry of a folder is taken.
   *
   * @param path where it lies, for examples
   * @return empty if the entry is taken; else why not
   */
  static Optional<CorpusNote> decide(String path, FileStatus status, Configuration configuration)
      throws IOException {
    String name = status.getPath().getName();
    String extension = extension(name);
    Kind special = status instanceof LocalStatus local ? special(local.kind()) : null;
    if (special != null && !(special == Kind.BROKEN_LINK && OTHER.contains(extension))) {
      return Optional.of(CorpusNote.of(special, "", path));
    }
    boolean fork = name.startsWith(RESOURCE_FORK);
    if (AUDIO.contains(extension) && !fork) {
      return Optional.empty();
    }
    if (OTHER.contains(extension)) {
      return Optional.of(CorpusNote.of(Kind.OTHER_NAME, "." + extension, path));
    }
    // Reading the system's own files may block for ever, but these have a size of 0.
    byte[] head =
        status.getLen() == 0
            ? new byte[0]
            : FileTree.head(status.getPath(), HEAD_BYTES, configuration);
    if (AudioSignature.isAppleDouble(head)) {
      return Optional.of(CorpusNote.of(Kind.METADATA, "", path));
    }
    // A file with an audio extension that is named like a fork is a song unless its bytes say no.
    return AudioSignature.matches(head) || (fork && AUDIO.contains(extension))
        ? Optional.empty()
        : Optional.of(CorpusNote.of(Kind.NO_AUDIO_FORMAT, "", path));
  }

  /** What an entry of a local folder is noted as; null for a file or a folder. */
  private static Kind special(LocalStatus.Kind kind) {
    return switch (kind) {
      case FILE, FOLDER -> null;
      case SPECIAL -> Kind.SPECIAL;
      case BROKEN_LINK -> Kind.BROKEN_LINK;
      case CYCLE -> Kind.CYCLE;
    };
  }

  public static boolean isAudioName(String name) {
    return AUDIO.contains(extension(name));
  }

  /** The extension in lower case; empty if the name has none. */
  static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
