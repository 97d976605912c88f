package io.stemspark;

import io.stemspark.audio.AudioException;
import io.stemspark.audio.AudioReader;
import io.stemspark.internal.network.UnsoundEstimateException;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.internal.separation.StemWriter;
import io.stemspark.separation.OutputConfig;
import io.stemspark.separation.SeparationResult;
import io.stemspark.separation.StemSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stems of one track, which are computed when they are asked for. Vocals and accompaniment have
 * the sample rate, channels and length of the track, and sum to it exactly.
 *
 * <pre>{@code
 * SeparationResult result = separator.separate(Path.of("song.mp3")).writeTo(Path.of("stems"));
 * }</pre>
 *
 * <p>Each call reads the track anew. Threads may share an object while its separator is open;
 * nothing has to be closed.
 */
public final class Stems {
  private final String name;
  private final OutputConfig output;
  private final SeparationEngine engine;
  private final Mixture mixture;

  /** Opens the track. */
  @FunctionalInterface
  interface Mixture {
    AudioReader open() throws IOException;
  }

  Stems(String name, OutputConfig output, SeparationEngine engine, Mixture mixture) {
    this.name = name;
    this.output = output;
    this.engine = engine;
    this.mixture = mixture;
  }

  /**
   * Writes the stems as files, for example {@code vocals.wav} and {@code accompaniment.wav}, or all
   * of them as {@code stems.stem.mp4}. They take the place of others of their names, each whole,
   * when all of them are.
   *
   * @param folder is created if need be
   * @return what was done
   * @throws IllegalArgumentException when a sidecar is wanted, which runs alone write
   * @throws AudioException when the track is damaged or holds no audio, or the network gives NaN
   */
  public SeparationResult writeTo(Path folder) throws IOException {
    if (output.sidecar()) {
      throw new IllegalArgumentException(
          "Only runs write sidecars. Expected an OutputConfig with sidecar = false.");
    }
    Files.createDirectories(folder);
    Path unfinished = Files.createTempDirectory(folder, ".stems-");
    Map<String, Path> files = new TreeMap<>();
    try {
      for (String name : output.files()) {
        String file =
            (name.isEmpty() ? "stems" : name) + "." + output.encoding().container().extension();
        files.put(name, unfinished.resolve(file));
      }
      SeparationResult result = write(files);
      for (Path file : files.values()) {
        Path target = folder.resolve(file.getFileName());
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
      }
      return result;
    } finally {
      for (Path file : files.values()) {
        Files.deleteIfExists(file);
      }
      Files.delete(unfinished);
    }
  }

  private SeparationResult write(Map<String, Path> files) throws IOException {
    try (AudioReader reader = mixture.open();
        StemWriter writer = new StemWriter(files, output, reader)) {
      return engine.separate(reader, mixture::open, writer);
    } catch (UnsoundEstimateException e) {
      throw new AudioException(name, e.getMessage(), e);
    }
  }

  /**
   * Passes the stems on as they become ready, some seconds behind what has been read of the track.
   *
   * @param sink takes samples on the caller's thread
   * @return what was done
   * @throws IllegalArgumentException when a sidecar is wanted, which runs alone write
   * @throws AudioException when the track is damaged or holds no audio, or the network gives NaN
   */
  public SeparationResult streamTo(StemSink sink) throws IOException {
    try (AudioReader reader = mixture.open()) {
      return engine.separate(reader, mixture::open, sink);
    } catch (UnsoundEstimateException e) {
      throw new AudioException(name, e.getMessage(), e);
    }
  }
}
