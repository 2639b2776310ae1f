/** Charges that no price or cost of the console includes. */
export const notCovered =
  "Not covered: batch, flex and priority tiers, images and audio, and fees of the provider's own tools, such as a web search.";
