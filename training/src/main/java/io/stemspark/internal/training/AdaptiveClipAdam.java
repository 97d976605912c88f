package io.stemspark.internal.training;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Adam (Kingma and Ba, 2015) that shortens gradients which are far longer than usual. The usual
 * length comes from Adam's own state: it is the root of the sum of the second moments. So the limit
 * needs no number that depends on the loss, and no further state.
 *
 * <p>Deeplearning4j applies an updater to one run of arrays after the other. With either engine, a
 * run is one convolution with the normalisation behind it, and so lengths are measured over these.
 */
final class AdaptiveClipAdam extends Adam {
  private static final long serialVersionUID = 1;

  /** Before this step, the second moments say little. */
  private static final int FIRST_LIMITED_STEP = 20;

  private double limit;

  /** For Deeplearning4j's JSON. */
  AdaptiveClipAdam() {}

  /**
   * @param schedule the learning rate
   * @param limit the longest gradient, in usual lengths
   */
  public AdaptiveClipAdam(ISchedule schedule, double limit) {
    super(schedule);
    this.limit = limit;
  }

  @Override
  public GradientUpdater<Adam> instantiate(INDArray state, boolean initialize) {
    long[] shape = state.shape().clone();
    shape[shape.length - 1] /= 2; // first and second moments
    AdamUpdater updater = new Updater(this);
    updater.setStateViewArray(state, shape, state.ordering(), initialize);
    return updater;
  }

  @Override
  public AdaptiveClipAdam clone() {
    return new AdaptiveClipAdam(getLearningRateSchedule(), limit);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AdaptiveClipAdam that && that.limit == limit && super.equals(other);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof AdaptiveClipAdam;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Double.hashCode(limit);
  }

  private static final class Updater extends AdamUpdater {
    private final AdaptiveClipAdam config;

    Updater(AdaptiveClipAdam config) {
      super(config);
      this.config = config;
    }

    @Override
    public void applyUpdater(INDArray gradient, int step, int epoch) {
      if (step >= FIRST_LIMITED_STEP) {
        double seen = 1 - Math.pow(config.getBeta2(), step);
        double usual = Math.sqrt(getV().sumNumber().doubleValue() / seen);
        double length = gradient.norm2Number().doubleValue();
        if (usual > 0 && length > config.limit * usual) {
          gradient.muli(config.limit * usual / length);
        }
      }
      super.applyUpdater(gradient, step, epoch);
    }
  }
}
