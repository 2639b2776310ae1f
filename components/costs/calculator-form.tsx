import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import type { WorkloadTexts } from "./workload";

const fields = [
  { name: "input", label: "Input tokens per call", hint: "Prompt, tools and history" },
  { name: "cached", label: "Of these, cached", hint: "Read again from the provider's cache" },
  { name: "output", label: "Output tokens per call", hint: "Reasoning tokens count as output" },
  { name: "calls", label: "Calls a day", hint: "A month is counted with 30 days" },
] as const satisfies { name: keyof WorkloadTexts; label: string; hint: string }[];

type Props = {
  texts: WorkloadTexts;
  errors: Partial<Record<keyof WorkloadTexts, string>>;
  onChange: (change: Partial<WorkloadTexts>) => void;
};

/** What one call takes and how often it is made; costs follow while it is typed. */
export function CalculatorForm({ texts, errors, onChange }: Props) {
  return (
    <Card title="The workload" className="mb-3">
      <div className="grid grid-cols-4 gap-3 max-lg:grid-cols-2 max-xs:grid-cols-1">
        {fields.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint} error={errors[name]}>
            {(control) => (
              <NumberInput
                {...control}
                inputMode="numeric"
                value={texts[name]}
                onChange={({ target }) => onChange({ [name]: target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </Card>
  );
}
