package io.stemspark.unet;

import io.stemspark.network.UNetConfig;
import io.stemspark.network.UNetConfig.Fold;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The only definition of the network: the U-Net of Ronneberger et al. (2015) on spectrograms, after
 * Jansson et al. (2017). Deeplearning4j's graph, the libtorch module, the table of parameters and
 * the ONNX model are all made by {@link #forward}, each with its own {@link Layers}.
 *
 * <p>Data is (batch, channels, frames, bins). With the default features, of a patch of 128 frames
 * and 1024 bins:
 *
 * <pre>
 * log(1 + magnitude)                                                      mask, 0 to 1
 *   1 x 128 x 1024                                                      1 x 128 x 1024
 *        |                                                                    ^  1x1, sigmoid
 *   encoder0  64 x 128 x 1024  ------------ skip ------------>  decoder0  64 x 128 x 1024
 *        |  pool                                                       up     ^
 *     encoder1  128 x 64 x 512  ----------- skip --------->  decoder1  128 x 64 x 512
 *          |  pool                                                  up   ^
 *       encoder2  256 x 32 x 256  --------- skip ------>  decoder2  256 x 32 x 256
 *            |  pool                                             up   ^
 *         encoder3  512 x 16 x 128  ------- skip --->  decoder3  512 x 16 x 128
 *              |  pool                                        up   ^
 *           bottleneck  1024 x 8 x 64  ----------------------------+
 * </pre>
 *
 * <p>With a fold of f x b, (c, frames, bins) become (c f b, frames / f, bins / b) before the first
 * encoder, and come back behind the mask. Everything between them then works at that resolution.
 *
 * <p>Encoders, bottleneck and decoders are conv blocks: twice (3x3 convolution without bias, batch
 * normalisation, ReLU). Pooling is the 2x2 maximum; "up" is a 2x2 transposed convolution with
 * stride 2, whose result a decoder sees concatenated with the skip connection.
 */
public final class UNet {
  /** The last layer, which makes the mask. */
  public static final String MASK = "mask";

  /** The epsilon of batch normalisation. */
  public static final double BATCH_NORM_EPSILON = 1e-5;

  private UNet() {}

  /**
   * The layers that the network is made of.
   *
   * @param <T> what passes from layer to layer: a tensor, or the name of one
   */
  public interface Layers<T> {
    /** Neighbours to channels: (n, c, f h, b w) to (n, c f b, h, w), the bins innermost. */
    T fold(String name, T x, Fold fold);

    /** Undoes {@link #fold}. */
    T unfold(String name, T x, Fold fold);

    /** 3x3, "same" padding, no bias: (n, in, h, w) to (n, out, h, w). */
    T convolution(String name, T x, int in, int out);

    /** Over batch, frames and bins of each of the features. */
    T batchNorm(String name, T x, int features);

    /** max(0, x). */
    T relu(String name, T x);

    /** 2x2 maximum: (n, c, h, w) to (n, c, h / 2, w / 2). */
    T maxPool(String name, T x);

    /** 2x2, stride 2, with bias: (n, in, h, w) to (n, out, 2 h, 2 w). */
    T upConvolution(String name, T x, int in, int out);

    /** Along the channels, {@code x} first. */
    T concatenate(String name, T x, T skip);

    /** 1x1 convolution with bias, and a sigmoid: (n, in, h, w) to (n, out, h, w). */
    T mask(String name, T x, int in, int out);
  }

  /**
   * Passes a spectrogram through the network.
   *
   * @param spectrogram log(1 + magnitude of the mixture), (n, c, frames, bins)
   * @return the masks of all stems, (n, stems c, frames, bins)
   */
  public static <T> T forward(UNetConfig config, Layers<T> layers, T spectrogram) {
    Fold fold = config.fold();
    boolean folds = fold.size() > 1;
    Deque<T> skips = new ArrayDeque<>();
    T x = folds ? layers.fold("fold", spectrogram, fold) : spectrogram;
    int channels = config.inChannels() * fold.size();
    for (int level = 0; level < config.levels(); level++) {
      int features = config.features().get(level);
      x = convBlock(layers, "encoder" + level, x, channels, features);
      skips.push(x);
      x = layers.maxPool("pool" + level, x); // frames and bins halved
      channels = features;
    }
    x = convBlock(layers, "bottleneck", x, channels, config.bottleneck());
    channels = config.bottleneck();
    for (int level = config.levels() - 1; level >= 0; level--) {
      int features = config.features().get(level);
      x = layers.upConvolution("up" + level, x, channels, features); // frames and bins doubled
      x = layers.concatenate("join" + level, x, skips.pop()); // features doubled
      x = convBlock(layers, "decoder" + level, x, 2 * features, features);
      channels = features;
    }
    x = layers.mask(MASK, x, channels, config.outChannels() * fold.size());
    return folds ? layers.unfold("unfold", x, fold) : x; // (n, stems c, frames, bins)
  }

  private static <T> T convBlock(Layers<T> layers, String block, T input, int in, int out) {
    T x = input; // (n, in, h, w)
    for (int i = 1; i <= 2; i++) {
      x = layers.convolution(block + ".conv" + i, x, i == 1 ? in : out, out);
      x = layers.batchNorm(block + ".norm" + i, x, out);
      x = layers.relu(block + ".relu" + i, x);
    }
    return x; // (n, out, h, w)
  }
}
