"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { showServerErrors } from "@/components/ui/server-errors";
import { NetworkError } from "@/lib/api-client";
import { KeyUpdate } from "@/lib/keys/schema";
import { api } from "@/lib/paths";
import type { ProviderId } from "@/lib/providers/schema";
import { changeKey } from "./key-cache";

/** Without an answer the key may have been saved all the same. */
type Refusal = { isCertain: boolean; text: string };

const empty = { api_key: "", expires_at: null };

/** The form of one provider's key: emptied by a save, kept as it is by a refusal. */
export function useKeyForm(id: ProviderId) {
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [savedId, setSavedId] = useState<ProviderId | null>(null);
  const [saves, setSaves] = useState(0);
  const form = useForm({ resolver: zodResolver(KeyUpdate), defaultValues: empty });

  function forgetOutcome() {
    setRefusal(null);
    setSavedId(null);
  }

  async function save(values: KeyUpdate) {
    forgetOutcome();
    try {
      await changeKey(client, id, api.providerKey(id), { method: "PUT", body: values });
      form.reset(empty);
      setSavedId(id);
      setSaves((count) => count + 1);
    } catch (error) {
      const text = showServerErrors(error, ["api_key", "expires_at"], form.setError);
      setRefusal(text === null ? null : { isCertain: !(error instanceof NetworkError), text });
    }
  }

  return {
    register: form.register,
    errors: form.formState.errors,
    busy: form.formState.isSubmitting,
    submit: form.handleSubmit(save, forgetOutcome),
    refusal,
    forgetOutcome,
    isSaved: savedId === id,
    /** How many saves there were: fields that fold up again begin anew with each. */
    saves,
  };
}
