package io.stemspark;

import io.stemspark.audio.AudioDecoder;
import io.stemspark.audio.AudioReader;
import io.stemspark.audio.DecodingConfig;
import io.stemspark.bundle.BundleException;
import io.stemspark.bundle.ModelBundle;
import io.stemspark.internal.audio.ForwardingReader;
import io.stemspark.internal.child.ChildDecoder;
import io.stemspark.internal.ffmpeg.InProcessDecoder;
import io.stemspark.internal.onnx.InferenceSettings;
import io.stemspark.internal.onnx.Network;
import io.stemspark.internal.separation.NetworkLoader;
import io.stemspark.internal.separation.SeparationEngine;
import io.stemspark.separation.SeparationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Separates the singing voice from tracks, on this machine and without Spark.
 *
 * <pre>{@code
 * try (Separator separator = Separator.load(Path.of("vocals.bundle"))) {
 *   separator.separate(Path.of("song.mp3")).writeTo(Path.of("stems"));
 * }
 * }</pre>
 *
 * <p>Tracks stream through the network a few seconds at a time, so memory does not grow with their
 * length. Files are decoded in a child process, which a hostile file can at worst end. Several
 * threads may separate tracks at the same time and share the network; a call computes on its own
 * thread, and networks of patches on one beside it. Whoever loads a separator closes it, after all
 * tracks are done.
 */
public final class Separator implements AutoCloseable {
  private final SeparationConfig config;
  private final DecodingConfig decoding;
  private final List<Network> networks;
  private final SeparationEngine engine;
  private final Deque<AudioDecoder> idle = new ConcurrentLinkedDeque<>();

  private Separator(
      ModelBundle bundle,
      List<Network> networks,
      SeparationConfig config,
      DecodingConfig decoding) {
    this.config = config;
    this.decoding = decoding;
    this.networks = networks;
    this.engine = SeparationEngine.of(bundle, networks, config);
  }

  /**
   * Loads a model bundle, to separate as the command line does by default.
   *
   * @throws BundleException when the file is no model bundle, is damaged, or holds a network that
   *     does not run
   */
  public static Separator load(Path bundle) throws IOException {
    return load(bundle, SeparationConfig.standard(), DecodingConfig.standard());
  }

  /**
   * The same with other settings.
   *
   * @param config how tracks are separated, and what stems are written as
   * @param decoding where files are decoded, and what one of them may cost
   * @throws IllegalArgumentException when the model and these settings do not fit together
   */
  public static Separator load(Path bundle, SeparationConfig config, DecodingConfig decoding)
      throws IOException {
    ModelBundle model = ModelBundle.readForInference(bundle);
    model.manifest().members().forEach(member -> config.requireFits(member.network()));
    SeparationConfig resolved = config.of(model.manifest().stems());
    try {
      model.requireRuns();
    } catch (IllegalArgumentException e) {
      throw new BundleException(
          "%s is not a usable model bundle: %s".formatted(bundle, e.getMessage()), e);
    }
    List<Network> networks =
        NetworkLoader.loadAll(
            model, InferenceSettings.ofThisMachine(config.engine(), config.precision()));
    return new Separator(model, networks, resolved, decoding);
  }

  /**
   * The stems of an audio file of any format that FFmpeg reads. Nothing is read before they are
   * asked for.
   */
  public Stems separate(Path file) {
    return new Stems(file.toString(), config.output(), engine, () -> open(file));
  }

  private AudioReader open(Path file) throws IOException {
    AudioDecoder free = idle.pollFirst();
    AudioDecoder decoder = free == null ? newDecoder() : free;
    try {
      AudioReader reader =
          decoder.open(file.toString(), Files.newByteChannel(file), AudioDecoder.BEST_STREAM);
      return new ForwardingReader(reader) {
        private boolean closed;

        @Override
        public void close() throws IOException {
          if (!closed) {
            closed = true;
            try {
              super.close();
            } finally {
              idle.addFirst(decoder);
            }
          }
        }
      };
    } catch (IOException | RuntimeException e) {
      idle.addFirst(decoder);
      throw e;
    }
  }

  private AudioDecoder newDecoder() {
    return decoding.isolation() == DecodingConfig.Isolation.CHILD
        ? new ChildDecoder(decoding)
        : new InProcessDecoder(decoding);
  }

  /** Ends child processes and gives the network's memory back. */
  @Override
  public void close() {
    for (AudioDecoder decoder = idle.poll(); decoder != null; decoder = idle.poll()) {
      decoder.close();
    }
    networks.forEach(Network::close);
  }
}
