package io.stemspark.internal.ffmpeg;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.AudioWriter;
import io.stemspark.audio.Container;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.audio.Encoding;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.spectrogram.StftAnalyzer;
import io.stemspark.spectrogram.StftConfig;
import io.stemspark.spectrogram.StftConfig.Window;
import io.stemspark.spectrogram.StftSynthesizer;
import io.stemspark.spectrogram.StftSynthesizer.SampleSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Decoder, STFT, inverse STFT, encoder: a process of its own, whose memory can be looked at. */
final class LongTrack {
  private static final int WARMUPS = 10;

  private LongTrack() {}

  /**
   * Takes a short file, the file to read and the WAV file to write; prints the peak memory in KiB.
   * As in an executor, other tracks have gone before: the JIT compiler's memory is not the track's.
   */
  public static void main(String[] arguments) throws IOException {
    try (ChildDecoder decoder = new ChildDecoder(DecodingConfig.standard())) {
      for (int i = 0; i < WARMUPS; i++) {
        copy(decoder, Path.of(arguments[0]), Path.of(arguments[2]));
      }
      copy(decoder, Path.of(arguments[1]), Path.of(arguments[2]));
      System.out.println(peakKibibytes("self") + peakKibibytes(String.valueOf(decoder.pid())));
    }
  }

  private static void copy(ChildDecoder decoder, Path from, Path to) throws IOException {
    StftConfig config = new StftConfig(44_100, 4096, 1024, Window.HANN);
    try (AudioReader reader =
            decoder.open(from.toString(), FileChannel.open(from), AudioDecoder.BEST_STREAM);
        AudioWriter writer =
            FfmpegWriter.create(to, Encoding.of(Container.WAV), reader.format(), reader.tags());
        StftAnalyzer analyzer = new StftAnalyzer(config, reader.format().channels());
        StftSynthesizer synthesizer = new StftSynthesizer(config, reader.format().channels())) {
      float[][] ready = new float[reader.format().channels()][config.fftSize()];
      SampleSink write =
          (samples, start, length) -> {
            try {
              for (int c = 0; c < ready.length; c++) {
                System.arraycopy(samples[c], start, ready[c], 0, length);
              }
              writer.write(ready, length);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      float[][] block = new float[reader.format().channels()][1 << 14];
      long length = 0;
      for (int n = reader.read(block); n >= 0; n = reader.read(block)) {
        length += n;
        analyzer.push(block, 0, n, (real, imag) -> synthesizer.push(real, imag, write));
      }
      analyzer.finish((real, imag) -> synthesizer.push(real, imag, write));
      synthesizer.finish(length, write);
    }
  }

  private static long peakKibibytes(String process) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc", process, "status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }
  }
}
