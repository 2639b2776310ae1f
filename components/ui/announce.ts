let region: HTMLElement | undefined;

/** Has a screen reader say a few words, from one live region for the whole page. */
export function announce(words: string) {
  region ??= makeRegion();
  // Screen readers skip a text that is repeated.
  region.textContent = region.textContent === words ? `${words}\u00a0` : words;
}

function makeRegion(): HTMLElement {
  const element = document.createElement("div");
  element.setAttribute("role", "status");
  element.className = "sr-only";
  document.body.append(element);
  return element;
}
