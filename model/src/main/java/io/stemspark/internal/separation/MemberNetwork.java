package io.stemspark.internal.separation;

import io.stemspark.bundle.Manifest.Member;
import io.stemspark.internal.onnx.Network;

/**
 * One of a model's networks, loaded.
 *
 * @param network not closed with this object
 */
public record MemberNetwork(Member member, Network network) {}
