"use client";

import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { returnFocusToPanel } from "@/components/ui/form/return-focus-to-panel";
import { Textarea } from "@/components/ui/form/textarea";

const example = [
  {
    name: "get_weather",
    description: "The weather of a place, now",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string", description: "Such as Berlin" },
        unit: { type: "string", enum: ["celsius", "fahrenheit"] },
      },
      required: ["city"],
    },
  },
];

type Props = { value: string; error?: string; onChange: (value: string) => void };

/** Tools that the models may call, as JSON. They are offered, never run. */
export function ToolsField({ value, error, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  const isShown = isOpen || value !== "" || error !== undefined;
  if (!isShown) {
    return (
      <Button size="sm" className="self-start" onClick={() => setOpen(true)}>
        Add tools
      </Button>
    );
  }
  return (
    <div ref={returnFocusToPanel}>
      <Field
        label="Tools"
        error={error}
        hint="A JSON list; parameters are a JSON Schema. A call is shown, never carried out."
      >
        {(control) => (
          <Textarea
            {...control}
            mono
            rows={4}
            className="max-h-72"
            spellCheck={false}
            autoFocus={isOpen && value === ""}
            value={value}
            placeholder='[ { "name": "…", "description": "…", "parameters": { … } } ]'
            onChange={({ target }) => onChange(target.value)}
          />
        )}
      </Field>
      <div className="mt-1.5 flex gap-2">
        {value.trim() === "" && (
          <Button size="sm" onClick={() => onChange(JSON.stringify(example, null, 2))}>
            Insert an example
          </Button>
        )}
        <Button
          size="sm"
          variant="ghost"
          onClick={() => {
            setOpen(false);
            onChange("");
          }}
        >
          Remove the tools
        </Button>
      </div>
    </div>
  );
}
