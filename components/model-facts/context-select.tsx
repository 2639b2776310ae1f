import { Select } from "@/components/ui/form/select";
import { formatContextWindow } from "@/lib/format";

const windows = [32_000, 128_000, 200_000, 400_000, 1_000_000];
const options = [
  { value: "0", label: "Any context" },
  ...windows.map((tokens) => ({
    value: String(tokens),
    label: `${formatContextWindow(tokens)} or more`,
  })),
];

type Props = { tokens: number; onChange: (tokens: number) => void };

/** Filters models by their smallest context window. */
export function ContextSelect({ tokens, onChange }: Props) {
  const isListed = options.some(({ value }) => value === String(tokens));
  const own = { value: String(tokens), label: `${formatContextWindow(tokens)} or more` };
  return (
    <Select
      aria-label="Context window"
      className="w-32"
      value={String(tokens)}
      onChange={({ target }) => onChange(Number(target.value))}
      options={isListed ? options : [...options, own]}
    />
  );
}
