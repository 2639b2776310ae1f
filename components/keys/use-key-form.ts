"use client";

import { type ChangeEvent, useState } from "react";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { type BearerToken, readBearerToken } from "@/lib/keys/rules/bearer-token";
import { KeyUpdate } from "@/lib/keys/schema";
import type { ProviderId } from "@/lib/providers/schema";
import { useSaveKey } from "./use-save-key";

const empty: KeyUpdate = { api_key: "", expires_at: null };

/** The form of one provider's key: emptied by a save, kept as it is by a refusal. */
export function useKeyForm(id: ProviderId) {
  const [saves, setSaves] = useState(0);
  const [token, setToken] = useState<BearerToken | null>(null);
  const form = useApiForm({ schema: KeyUpdate, defaultValues: empty });
  const saving = useSaveKey(id, clear);
  const { step } = saving;

  function forgetOutcome() {
    form.clearRefusal();
    saving.forgetOutcome();
  }

  function clear() {
    form.reset(empty);
    setToken(null);
    setSaves((count) => count + 1);
  }

  function read(event: ChangeEvent<HTMLInputElement>) {
    forgetOutcome();
    const text = event.target.value.trim();
    setToken(text === "" ? null : readBearerToken(text));
  }

  return {
    keyField: form.register("api_key", { onChange: read }),
    expiryField: form.register("expires_at", { setValueAs: endOfDay }),
    errors: form.formState.errors,
    step,
    busy: step.at === "trying" || step.at === "saving",
    /** What the typed token says of itself; null while nothing is typed. */
    token,
    refusal: form.refusal,
    submit: form.submit(saving.testThenSave, forgetOutcome),
    saveAnyway: form.submit(saving.saveAnyway, forgetOutcome),
    stopTrying: saving.stopTrying,
    forgetOutcome,
    /** How many saves there were: fields that fold up again begin anew with each. */
    saves,
  };
}

/** A date field's value as the last second of that day, UTC; null when it is empty. */
function endOfDay(date: string | null): string | null {
  return date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T23:59:59Z` : date || null;
}
