/** All checks of verify:providers: each kind of model on each provider besides the CPU. */
import { detectProviders } from '../../../main/engine/runtime/providers.ts'
import type { Provider } from '../../../main/engine/runtime/types.ts'
import { skipped, type Check, type CheckResult, type VerifyContext } from '../check.ts'
import { embeddedNluOn } from './embedded.ts'
import { techniquesOn } from './techniques.ts'
import { decodersOn, encodersOn, textToTextsOn } from './families.ts'

type CheckOn = (context: VerifyContext, provider: Provider) => Promise<CheckResult>

const titles: readonly (readonly [string, CheckOn])[] = [
  ['decoders: logits and greedy answers equal the float32 reference', decodersOn],
  ['encoders: intents and slots equal the float32 reference', encodersOn],
  ['text-to-text: answers with 1, 2 and 4 beams equal the float32 reference', textToTextsOn],
  ['embedded NLU model: labels of 24 locales are those of the CPU', embeddedNluOn],
  ['interventions: answers of the embedded model are those of the CPU', techniquesOn],
]

let reports: ReturnType<typeof detectProviders> | undefined

export const checks: readonly Check[] = (['cuda', 'webgpu'] as const).flatMap((provider) =>
  titles.map(([title, checkOn]) => ({
    title: `${provider}, ${title}`,
    async run(context): Promise<CheckResult> {
      reports ??= detectProviders()
      const report = (await reports).find((one) => one.provider === provider)
      if (report?.isAvailable !== true) return skipped(report?.reason ?? 'not available')
      const { outcome, lines } = await checkOn(context, provider)
      return { outcome, lines: [`on ${report.device ?? provider}`, ...lines] }
    },
  })),
)
