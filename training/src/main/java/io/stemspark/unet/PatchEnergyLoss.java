package io.stemspark.unet;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * For each patch the logarithm of the energy of its error: log(1 + mean squared error / {@value
 * #FLOOR}), times its elements. Far above the floor it grows as the error in decibels does, so that
 * a patch weighs as much as any other, whatever its level. Below the floor, where the error can
 * hardly be heard, it is the squared error.
 */
final class PatchEnergyLoss implements ILossFunction {
  private static final long serialVersionUID = 1;

  /** 30 dB below loud music, whose magnitudes of 4096 samples have a mean square of some 100. */
  private static final double FLOOR = 0.1;

  private final int positions;

  /**
   * @param positions frames x bins of a patch
   */
  @JsonCreator
  PatchEnergyLoss(@JsonProperty("positions") int positions) {
    this.positions = positions;
  }

  public int getPositions() {
    return positions;
  }

  /**
   * Errors as (patch, element). Rows of what Deeplearning4j passes are positions, patch by patch.
   */
  private INDArray errors(INDArray labels, INDArray output, IActivation activation) {
    INDArray error = activation.getActivation(output.dup('c'), true).subi(labels);
    return error.reshape('c', labels.size(0) / positions, positions * labels.size(1));
  }

  private static INDArray meanSquares(INDArray errors) {
    return errors.mul(errors).mean(1);
  }

  @Override
  public double computeScore(
      INDArray labels, INDArray output, IActivation activation, INDArray mask, boolean average) {
    double sum = computeScoreArray(labels, output, activation, mask).sumNumber().doubleValue();
    return average ? sum / (labels.size(0) / (double) positions) : sum;
  }

  /** Of each position an equal share of its patch's. */
  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray output, IActivation activation, INDArray mask) {
    INDArray errors = errors(labels, output, activation);
    INDArray patches = Transforms.log(meanSquares(errors).divi(FLOOR).addi(1), false);
    return patches
        .muli(labels.size(1))
        .reshape(patches.length(), 1)
        .repeat(1, positions)
        .reshape('c', labels.size(0), 1);
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray output, IActivation activation, INDArray mask) {
    INDArray errors = errors(labels, output, activation);
    INDArray weights = meanSquares(errors).addi(FLOOR).rdivi(2);
    INDArray gradient = errors.muliColumnVector(weights).reshape('c', labels.shape());
    return activation.backprop(output.dup('c'), gradient).getFirst();
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray output, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(
        computeScore(labels, output, activation, mask, average),
        computeGradient(labels, output, activation, mask));
  }

  @Override
  public String name() {
    return "PatchEnergyLoss";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PatchEnergyLoss that && that.positions == positions;
  }

  @Override
  public int hashCode() {
    return positions;
  }
}
