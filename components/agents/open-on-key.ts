import type { KeyboardEvent } from "react";

const stepping = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
const jumping = ["Home", "End", "PageUp", "PageDown"];

/**
 * On Windows and Linux these keys change a closed select at once. Where each change is a save they
 * open its list instead, in which only Enter decides.
 */
export function openOnKey(event: KeyboardEvent<HTMLSelectElement>): void {
  const { key, ctrlKey, metaKey, altKey, currentTarget: select } = event;
  if (ctrlKey || metaKey || altKey || !("showPicker" in select)) return;
  const isLetter = key.length === 1 && key !== " ";
  if (!isLetter && !stepping.includes(key) && !jumping.includes(key)) return;
  event.preventDefault();
  select.showPicker();
}
