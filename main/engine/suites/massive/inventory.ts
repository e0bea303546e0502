/** What MASSIVE is made of (FitzGerald et al. 2022): its locales, intents and slots. */

/** The 52 locales of release 1.1; ca-ES is not in 1.0. */
export const massiveLocales: readonly string[] = (
  'af-ZA am-ET ar-SA az-AZ bn-BD ca-ES cy-GB da-DK de-DE el-GR en-US es-ES fa-IR fi-FI fr-FR he-IL hi-IN hu-HU hy-AM ' +
  'id-ID is-IS it-IT ja-JP jv-ID ka-GE km-KH kn-IN ko-KR lv-LV ml-IN mn-MN ms-MY my-MM nb-NO nl-NL pl-PL pt-PT ro-RO ' +
  'ru-RU sl-SL sq-AL sv-SE sw-KE ta-IN te-IN th-TH tl-PH tr-TR ur-PK vi-VN zh-CN zh-TW'
).split(' ')

/** Ten locales of ten scripts or families: what runs unless a plan names others. */
export const defaultLocales: readonly string[] =
  'en-US de-DE fr-FR th-TH ja-JP zh-CN ar-SA hi-IN sw-KE km-KH'.split(' ')

/** Written without spaces and cut into characters by the reference implementation; Thai, Khmer and Burmese are not. */
export const characterLocales: readonly string[] = ['ja-JP', 'zh-CN', 'zh-TW']

/** The word that stands for "in no slot". */
export const outsideLabel = 'Other'

const actionsOfScenario: Readonly<Record<string, string>> = {
  alarm: 'query remove set',
  audio: 'volume_down volume_mute volume_other volume_up',
  calendar: 'query remove set',
  cooking: 'query recipe',
  datetime: 'convert query',
  email: 'addcontact query querycontact sendemail',
  general: 'greet joke quirky',
  iot: 'cleaning coffee hue_lightchange hue_lightdim hue_lightoff hue_lighton hue_lightup wemo_off wemo_on',
  lists: 'createoradd query remove',
  music: 'dislikeness likeness query settings',
  news: 'query',
  play: 'audiobook game music podcasts radio',
  qa: 'currency definition factoid maths stock',
  recommendation: 'events locations movies',
  social: 'post query',
  takeaway: 'order query',
  transport: 'query taxi ticket traffic',
  weather: 'query',
}

/** The 18 domains. */
export const massiveScenarios: readonly string[] = Object.keys(actionsOfScenario)

/** The 60 intents, in alphabetical order. */
export const massiveIntents: readonly string[] = Object.entries(actionsOfScenario).flatMap(
  ([scenario, actions]) => actions.split(' ').map((action) => `${scenario}_${action}`),
)

/** The 55 slots, in alphabetical order. */
export const massiveSlots: readonly string[] = (
  'alarm_type app_name artist_name audiobook_author audiobook_name business_name business_type change_amount coffee_type ' +
  'color_type cooking_type currency_name date definition_word device_type drink_type email_address email_folder event_name ' +
  'food_type game_name game_type general_frequency house_place ingredient joke_type list_name meal_type media_type ' +
  'movie_name movie_type music_album music_descriptor music_genre news_topic order_type person personal_info place_name ' +
  'player_setting playlist_name podcast_descriptor podcast_name radio_name relation song_name sport_type time time_zone ' +
  'timeofday transport_agency transport_descriptor transport_name transport_type weather_descriptor'
).split(' ')
