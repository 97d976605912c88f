/** From a trained network to what a bundle holds: ONNX in floats or 8-bit integers, and weights. */
package io.stemspark.internal.export;
