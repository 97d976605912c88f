/**
 * Networks in ONNX Runtime: checked before they are loaded, tried in a process of their own, run.
 */
package io.stemspark.internal.onnx;
