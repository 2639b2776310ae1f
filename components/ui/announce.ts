let region: HTMLElement | undefined;

/** Announces a short text to screen readers, from one live region for the whole page. */
export function announce(text: string) {
  region ??= makeRegion();
  // Screen readers skip repeated text.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

function makeRegion(): HTMLElement {
  const element = document.createElement("div");
  element.setAttribute("role", "status");
  element.className = "sr-only";
  document.body.append(element);
  return element;
}
