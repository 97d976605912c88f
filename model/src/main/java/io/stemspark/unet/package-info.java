/** The vocal-isolation U-Net: its settings, its Deeplearning4j graph, and its ONNX form. */
package io.stemspark.unet;
