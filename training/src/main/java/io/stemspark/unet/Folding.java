package io.stemspark.unet;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The fold of {@link UNet}, or its inverse, in Deeplearning4j's graph: it passes values on in
 * another order, and gradients back in the order before.
 */
final class Folding implements InputPreProcessor {
  private static final long serialVersionUID = 1;

  private final int frames;
  private final int bins;
  private final boolean folds;

  /**
   * @param folds whether neighbours become channels, and not channels neighbours
   */
  @JsonCreator
  Folding(
      @JsonProperty("frames") int frames,
      @JsonProperty("bins") int bins,
      @JsonProperty("folds") boolean folds) {
    this.frames = frames;
    this.bins = bins;
    this.folds = folds;
  }

  public int getFrames() {
    return frames;
  }

  public int getBins() {
    return bins;
  }

  public boolean isFolds() {
    return folds;
  }

  @Override
  public INDArray preProcess(INDArray input, int miniBatch, LayerWorkspaceMgr workspaces) {
    return workspaces.dup(ArrayType.ACTIVATIONS, folds ? fold(input) : unfold(input), 'c');
  }

  @Override
  public INDArray backprop(INDArray gradient, int miniBatch, LayerWorkspaceMgr workspaces) {
    INDArray back = folds ? unfold(gradient) : fold(gradient);
    return workspaces.dup(ArrayType.ACTIVATION_GRAD, back, 'c');
  }

  private long size() {
    return (long) frames * bins;
  }

  private INDArray fold(INDArray x) {
    long[] s = x.shape();
    return x.dup('c')
        .reshape('c', s[0], s[1], s[2] / frames, frames, s[3] / bins, bins)
        .permute(0, 1, 3, 5, 2, 4)
        .dup('c')
        .reshape('c', s[0], s[1] * size(), s[2] / frames, s[3] / bins);
  }

  private INDArray unfold(INDArray x) {
    long[] s = x.shape();
    return x.dup('c')
        .reshape('c', s[0], s[1] / size(), frames, bins, s[2], s[3])
        .permute(0, 1, 4, 2, 5, 3)
        .dup('c')
        .reshape('c', s[0], s[1] / size(), s[2] * frames, s[3] * bins);
  }

  @Override
  public InputType getOutputType(InputType type) {
    InputTypeConvolutional in = (InputTypeConvolutional) type;
    return folds
        ? InputType.convolutional(
            in.getHeight() / frames, in.getWidth() / bins, in.getChannels() * size())
        : InputType.convolutional(
            in.getHeight() * frames, in.getWidth() * bins, in.getChannels() / size());
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int miniBatch) {
    return new Pair<>(mask, state);
  }

  @Override
  public InputPreProcessor clone() {
    return this; // immutable
  }
}
