import { useRef, useState } from "react";
import type { PastRun, PlaygroundSettings } from "@/lib/playground/schema";
import {
  emptyValues,
  type FieldErrors,
  type FormValues,
  type PromptImage,
  valuesOf,
} from "./form-values";

/** What is asked of every model alike, as it stands in the fields. */
export function usePromptFields() {
  const [values, setValues] = useState(emptyValues);
  const [image, setImage] = useState<PromptImage | null>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const isReading = useRef(false);

  function setValue<Name extends keyof FormValues>(name: Name, value: FormValues[Name]) {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _, ...others }) => others);
  }

  /**
   * The settings; null with the reasons at the fields, `more` among them, when there is something to
   * put right first; undefined while an earlier reading goes on.
   */
  async function read(more: FieldErrors): Promise<PlaygroundSettings | null | undefined> {
    if (isReading.current) return undefined;
    isReading.current = true;
    const { readSettings } = await import("./read-settings").finally(() => {
      isReading.current = false;
    });
    const { settings, errors: wrong } = readSettings(values);
    setErrors({ ...wrong, ...more });
    return Object.keys(more).length > 0 ? null : settings;
  }

  /** Puts what was asked once back into the fields; an image is not kept. */
  function restore(inputs: PastRun["inputs"]) {
    setValues(valuesOf(inputs));
    setImage(null);
    setErrors({});
  }

  return { values, setValue, image, setImage, errors, setErrors, read, restore };
}
