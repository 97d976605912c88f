/**
 * The vocal-isolation U-Net: its settings and parameters, its Deeplearning4j graph, which ND4J or
 * libtorch computes, and its ONNX form.
 */
package io.stemspark.unet;
