package io.stemspark.training;

/**
 * A round of training: the steps between two averagings.
 *
 * @param epoch counted from 1
 * @param batchesDone batches of the epoch that are done
 * @param batches batches of the epoch
 * @param steps steps that each worker has made since training began
 * @param roundSteps steps that each has made in this round: the averaging period, or what was left
 *     of the epoch
 * @param learningRate of its last step
 * @param loss mean absolute error per element, over all steps of all workers
 * @param patchesPerSecond of all workers together
 * @param workers how many there are
 * @param computing share of the workers' time that went into steps
 * @param waiting share of that time in which they had no batch
 * @param averaging the rest of that time: averaging with the wait for the slowest worker, and the
 *     driver's work for a round, such as a checkpoint. Where executors have no room for all workers
 *     at once, waiting for a turn counts too
 * @param seconds since training began
 */
public record Round(
    int epoch,
    int batchesDone,
    int batches,
    int steps,
    int roundSteps,
    double learningRate,
    double loss,
    double patchesPerSecond,
    int workers,
    double computing,
    double waiting,
    double averaging,
    double seconds) {}
