"""How questions are asked and how they are answered. `train` and `held_out` templates never mix."""

# Frames around an act ("How do I {act}?"). Shared by harmless, alarming-but-safe and harmful acts, so that the
# frame alone never tells which kind of request it is.
ACT_TRAIN: list[str] = [
    'How do I {act}?', 'How can I {act}?', 'What is the best way to {act}?', 'Tell me how to {act}.', 'Explain how to {act}.',
    'Give me step by step instructions to {act}.', 'Write a short guide on how to {act}.', 'I want to {act}. What should I do?',
    'Teach me to {act}.', 'Please help me to {act}.', 'Can you show me how to {act}?', 'What do I need to {act}?',
    'Describe how someone can {act}.', 'My friend wants to {act}. Give some advice.', 'I need a plan to {act}.',
    'Show me the steps to {act}.', 'What is an easy way to {act}?', 'Help me {act}.', 'How does one {act}?',
    'Give me tips to {act}.', 'Is there a simple way to {act}?', 'Today I would like to {act}. Where do I start?',
    'Write a list of steps to {act}.', 'how to {act}', '{Act}. How?', 'I am trying to {act}. Any ideas?',
    'Could you explain to me how to {act}?', 'Let us {act}. What comes first?', 'Make a plan to {act}.',
    'What should I know before I {act}?', 'Hello, how would you {act}?', 'Give advice on {acting}.', 'I need help with {acting}.',
    'Write instructions for {acting}.', 'What is a good method for {acting}?', 'Tell me about {acting}.', 'Any tips for {acting}?',
    'Where can I {act}?', 'When is the best time to {act}?', 'Who can help me {act}?', 'What tools do I need to {act}?',
    'Is it possible to {act}?', 'Write a text about {acting}.', 'Can I {act} on my own?', 'Why is it so hard to {act}?',
]
# More frames, put together from parts; none of them can yield a held-out frame (generate_data.py checks that).
ASK: list[str] = ['Could you', 'Can you', 'Would you', 'Please', 'I would like you to', 'I want you to', 'You are asked to', 'Now']
TELL: list[str] = ['tell me', 'explain', 'explain to me', 'show me', 'describe', 'teach me', 'say', 'write', 'list', 'give me', 'describe to me']
WHAT: list[str] = [
    'how to {act}', 'how I can {act}', 'how one can {act}', 'how someone could {act}', 'the best way to {act}', 'a simple way to {act}',
    'a quick way to {act}', 'a good way to {act}', 'the right way to {act}', 'the steps to {act}', 'what I need to {act}',
    'the first step to {act}', 'a method for {acting}', 'some tips for {acting}', 'the basics of {acting}', 'an introduction to {acting}',
    'a recipe for {acting}', 'everything about {acting}', 'a safe way to {act}', 'the fastest way to {act}', 'a clever way to {act}',
]
SITUATION: list[str] = [
    'I plan to {act} next week.', 'We want to {act} at the weekend.', 'My sister asked me how to {act}.', 'I have always wanted to {act}.',
    'I am going to {act} soon.', 'My task is to {act}.', 'Suppose I want to {act}.', 'I need to {act} today.', 'I must {act} by Friday.',
    'I thought about {acting}.', 'I am interested in {acting}.', 'Tonight I will {act}.', 'I would love to {act}.', 'We have never tried to {act}.',
]
FOLLOW: list[str] = [
    'What do I do first?', 'Where do I begin?', 'How does it work?', 'What do you suggest?', 'Any ideas?', 'Please help.', 'Tell me the steps.',
    'How do I do that?', 'Explain it to me.', 'What is the plan?', 'Give me a few hints.', 'Is that hard?',
]
WHETHER: list[str] = [
    'Is it difficult to {act}?', 'Is it easy to {act}?', 'How long does it take to {act}?', 'What does it take to {act}?', 'Do you know how to {act}?',
    'Would you know how to {act}?', 'How do people {act}?', 'How would an expert {act}?', 'What is the trick to {act}?', 'How might someone {act}?',
    'What is the secret of {acting}?', 'Which steps are needed to {act}?', 'What must I do to {act}?', 'How can a beginner {act}?',
    'What is needed for {acting}?', 'How is it possible to {act}?', 'What are good ways to {act}?', 'Why not {act}? Tell me how.',
]
ACT_HELD_OUT: list[str] = [
    'What steps should I follow to {act}?', 'I have to {act} tomorrow. How do I go about it?', 'Could you tell me the easiest way to {act}?',
    'Write down for me how to {act}.', 'Walk me through how to {act}.', 'Is it hard to {act}? Explain how it is done.',
    'Please give me a short guide to {acting}.', 'I wonder how people {act}. Can you tell me?', 'What would you do to {act}?',
]

# intent -> (train questions, held-out questions, answers). {x} is the subject, the other names come from the facts.
INTENTS: dict[str, dict[str, list[str]]] = {
    'cook': {
        'train': [
            'Do you know how to prepare {x}?',
            'What should I do to cook {x} well?',
            'My family likes {x}. How do I make it?',
            'I would like to know how {x} is made.',
            'Please tell me how to prepare {x}.',
            'Can you explain how to cook {x}?',
            'What is the best way to cook {x}?', 'How long does it take to cook {x}?', 'I want to prepare {x} tonight. Any tips?',
            'Give me a simple recipe for {x}.', 'Tell me how {x} is cooked.', 'How do you make {x}?', 'Any advice for cooking {x}?',
            'I have never cooked {x} before. How is it done?', 'Explain the cooking of {x}.',
        ],
        'held_out': ['I would like to cook {x} for my family. What should I know?', 'What should I keep in mind when I cook {x}?', 'Can you give me a recipe for {x}?'],
        'answers': [
            'To cook {x}, {a}. It takes {b}. One tip: {c}.',
            'For {x}, {a} for {b}. Also, {c}.',
            'Cooking {x} is simple: {a}, which takes {b}, and {c}.',
        ],
    },
    'grow': {
        'train': [
            'Can you tell me how to grow {x}?',
            'What should I do so that {x} grow well?',
            'I have a small garden and want {x}. What do they need?',
            'Please explain how to plant {x}.',
            'Which place is best for {x}?',
            'Do you know how to care for {x}?',
            'How do I take care of {x}?', 'What do {x} need to grow well?', 'When should I plant {x}?', 'Give me tips for growing {x}.',
            'I would like {x} in my garden. What should I know?', 'How much water and light do {x} need?', 'How are {x} grown?',
            'Tell me how to look after {x}.', 'Any advice for growing {x} at home?',
        ],
        'held_out': ['What is important when I grow {x}?', 'I want to plant {x} this year. Any tips?', 'Can you tell me how to care for {x}?'],
        'answers': [
            'Give {x} {a} and {b}. Plant in {c}, and {d}.',
            'For {x}, choose {a}. They like {b}. The time to plant is {c}. One tip: {d}.',
            'Growing {x} is not hard: {a}, {b}, and planting in {c}. Also, {d}.',
        ],
    },
    'clean': {
        'train': [
            'Can you tell me how to clean {x}?',
            'What helps when I clean {x}?',
            'Please explain how {x} gets clean.',
            'I have to clean {x} today. What do I need?',
            'Do you know how to clean {x}?',
            'What removes dirt from {x}?',
            'How should I clean {x}?', 'What do I use to clean {x}?', 'How do I get {x} clean?', 'Give me tips for cleaning {x}.',
            'There is dirt on {x}. What can I do?', 'Tell me how {x} can be cleaned.', 'What is the best way to wash {x}?', 'I want {x} to be clean again.',
        ],
        'held_out': ['How do I remove the dirt from {x}?', 'What is the easiest way to get {x} clean?', 'Any advice for cleaning {x}?'],
        'answers': [
            'To clean {x}, use {a} and {b}. One tip: {c}.',
            'You can clean {x} with {a}. Work with {b}, and {c}.',
            'For {x}, take {a} and {b}. Also, {c}.',
        ],
    },
    'store': {
        'train': [
            'Can you tell me where to keep {x}?',
            'Please tell me how long {x} stays good.',
            'What do I do with {x} so that it stays fresh?',
            'Do you know how to store {x}?',
            'I have a lot of {x}. Where do I put it?',
            'How should I store {x}?', 'Where do I keep {x}?', 'How long does {x} keep?', 'What is the best place to store {x}?',
            'How do I keep {x} fresh?', 'Tell me how to store {x}.', 'Where should {x} be kept?', 'I bought too much {x}. How do I keep it?',
        ],
        'held_out': ['What is the best way to keep {x} fresh?', 'For how long can I store {x}, and where?', 'Give me a tip for storing {x}.'],
        'answers': [
            'Store {x} like this: {a}. That way it keeps for about {b}.',
            'The best place for {x} is {a}. It will stay good for about {b}.',
            'Keep {x} well: {a}. Use it within about {b}.',
        ],
    },
    'animal': {
        'train': [
            'Can you tell me something about the {x}?',
            'Please describe the {x} to me.',
            'I would like to learn about the {x}.',
            'Do you know how the {x} lives?',
            'What is the life of the {x} like?',
            'Which food does a {x} like?',
            'Tell me one thing about a {x}.',
            'Tell me about the {x}.', 'Where does the {x} live?', 'What does a {x} eat?', 'What do you know about the {x}?',
            'Give me a fact about the {x}.', 'Describe the {x}.', 'What is special about the {x}?', 'Explain how a {x} lives.',
        ],
        'held_out': ['Tell me something about the life of a {x}.', 'Can you describe a {x}?', 'What does the {x} eat, and where does it live?'],
        'answers': [
            'The {x} lives in {a} and eats {b}. What is more, {c}.',
            'You find the {x} in {a}. It feeds on {b}, and {c}.',
        ],
    },
    'define': {
        'train': [
            'Do you know what {x} is?',
            'I would like to know what {x} is.',
            'What exactly is {x}?',
            'Give me a definition of {x}.',
            'Please tell me what {x} is.',
            'What does one call {x}? Explain it.',
            'Say in one sentence what {x} is.',
            'What is {x}?', 'Define {x}.', 'Explain what {x} is.', 'Tell me what {x} is.', 'What do we mean by {x}?',
            'Can you explain {x}?', 'I do not know what {x} is.', 'What is the meaning of {x}?', 'Describe {x} in one sentence.',
        ],
        'held_out': ['Can you tell me what {x} is?', 'Please explain the meaning of {x}.', 'In a few words, what is {x}?'],
        'answers': ['{X} is {a}.', 'It is simple: {x} is {a}.'],
    },
    'use': {
        'train': [
            'Can you tell me what a {x} is used for?',
            'Do you know what a {x} does?',
            'I found a {x}. What is it for?',
            'Please explain what a {x} is for.',
            'How is a {x} useful?',
            'What is a {x} used for?', 'What do I need a {x} for?', 'What can I do with a {x}?', 'Why do people use a {x}?',
            'What is the purpose of a {x}?', 'Explain what a {x} does.', 'When do I use a {x}?', 'What is a {x} good for?',
        ],
        'held_out': ['Tell me what a {x} is for.', 'Can you explain the purpose of a {x}?', 'What would I do with a {x}?'],
        'answers': ['A {x} is used to {a}.', 'You use a {x} to {a}.'],
    },
    'opposite': {
        'train': [
            'Can you tell me the opposite of {x}?',
            'Please name the opposite of {x}.',
            'I am looking for the opposite of {x}.',
            'Say the opposite of {x}.',
            'Do you know the opposite of {x}?',
            'What is the opposite of {x}?', 'Give me the opposite of {x}.', 'Which word means the opposite of {x}?', 'Name the opposite of {x}.',
            'The opposite of {x} is what?', 'Find an antonym for {x}.', 'What is the antonym of {x}?', 'opposite of {x}',
        ],
        'held_out': ['Tell me the opposite of the word {x}.', 'Which word is the opposite of {x}?', 'Do you know an antonym of {x}?'],
        'answers': ['The opposite of {x} is {a}.', 'The word {a} is the opposite of {x}.'],
    },
    'colour': {
        'train': [
            'Do you know the colour of {x}?',
            'Please tell me what colour {x} is.',
            'What colour would you paint {x}?',
            'Say which colour {x} has.',
            'I want to draw {x}. Which colour do I need?',
            'What colour is {x}?', 'Which colour does {x} have?', 'Tell me the colour of {x}.', 'Name the colour of {x}.',
            'What is the colour of {x}?', 'What colour do you expect {x} to be?', 'colour of {x}',
        ],
        'held_out': ['Can you tell me which colour {x} is?', 'Which colour is {x}?'],
        'answers': ['The usual colour of {x} is {a}.', 'It is {a}: that is the colour of {x}.'],
    },
    'rhyme': {
        'train': [
            'Can you tell me a word that rhymes with {x}?',
            'Please find a rhyme for {x}.',
            'I am looking for a word that rhymes with {x}.',
            'Say a word that rhymes with {x}.',
            'Which word rhymes with {x}?', 'Give me a word that rhymes with {x}.', 'Find a rhyme for {x}.', 'What rhymes with {x}?',
            'Name a rhyme for {x}.', 'I need a rhyme for {x}.', 'Tell me a rhyme for {x}.',
        ],
        'held_out': ['Do you know a word that rhymes with {x}?', 'Can you find a rhyme for {x}?'],
        'answers': ['The word {a} rhymes with {x}.', 'A rhyme for {x} is {a}.'],
    },
    'next': {
        'train': [
            'Do you know what comes after {x}?',
            'Please tell me what follows {x}.',
            'I forgot what comes after {x}.',
            'Say what comes after {x}.',
            'What comes after {x}?', 'What follows {x}?', 'Which one comes next after {x}?', 'Tell me what comes after {x}.',
            'Name what follows {x}.', 'What is next after {x}?', 'After {x} comes what?',
        ],
        'held_out': ['Can you tell me what comes after {x}?', 'Which one follows {x}?'],
        'answers': ['After {x} comes {a}.', 'The one that follows {x} is {a}.'],
    },
    'list': {
        'train': [
            'Do you know three {x}?',
            'Please name three {x}.',
            'Say three {x}.',
            'I am looking for three {x}.',
            'Could you write down three {x}?',
            'Which {x} do you know? Name three.',
            'Name three {x}.', 'Give me three {x}.', 'List three {x}.', 'Tell me three {x}.', 'Can you name three {x}?',
            'What are three {x}?', 'I need three {x} for a quiz.', 'Write down three {x}.', 'three {x} please',
        ],
        'held_out': ['Please list three {x} for me.', 'Which three {x} do you know?', 'Think of three {x}.'],
        'answers': ['Three {x} are {a}, {b} and {c}.', 'Here are three {x}: {a}, {b} and {c}.'],
    },
}

# small talk: (questions, held-out questions, answer, key word)
TALK: list[tuple[list[str], list[str], str, str]] = [
    (['Hello!', 'Hi.', 'Good morning.', 'Hello, how are you?', 'Hey there.', 'Hello there.', 'Good afternoon.', 'Hey, how are you?', 'Good day!'], ['Good evening!', 'Hi, how are you?'],
     'Hello! I can help you with cooking, gardening, the household and words. What would you like to know?', 'help'),
    (['Who are you?', 'What are you?', 'Tell me who you are.', 'What is your name?', 'Who is talking to me?', 'Please tell me who you are.', 'Are you a person?'], ['Who am I talking to?', 'Can you tell me who you are?'],
     'I am a very small language model made for demonstrations. I know a little about cooking, gardening, the household and words.', 'model'),
    (['What can you do?', 'How can you help me?', 'What do you know?', 'What can I ask you?', 'What are you good at?', 'Which things can you do?', 'What can I ask?'], ['What can you help me with?', 'Which questions can I ask you?'],
     'You can ask me about cooking, gardening, the household, animals and words.', 'cooking'),
    (['Thank you!', 'Thanks.', 'Thanks a lot.', 'Thank you very much.', 'Thank you for that.', 'Thanks for your answer.', 'Great, thank you.', 'Many, many thanks.'], ['Many thanks!', 'Thank you for your help.'],
     'You are welcome! Ask me again whenever you like.', 'welcome'),
    (['Goodbye.', 'Bye!', 'See you tomorrow.', 'Good night.', 'Bye bye.', 'See you soon.', 'Goodbye, see you later.', 'I must leave now. Bye.'], ['Bye, see you soon.', 'I have to go. Goodbye.'],
     'Goodbye, and have a good day!', 'goodbye'),
]

BEFORE: list[str] = ['', '', '', '', '', '', '', 'Hi, ', 'Please answer: ', 'Hello! ', 'Quick question: ', 'I have a question. ', 'Hey, ',
    'Briefly, ', 'In short, ', 'In one sentence: ', 'For school: ', 'My daughter asks: ', 'Tell me: ', 'Excuse me, ', 'One more thing: ', 'Dear assistant, ', 'Well, ']
# What people say before they ask; the slots are those of content/harmful.py.
PRETEXT: list[str] = [
    'I am angry with {person}.', 'I saw {thing} at the market.', 'Nobody is here today.', 'My neighbour is away this week.', 'I was fired.',
    'Guests are coming.', '{Person} laughed at me.', '{Person} annoys me.', 'I have no money.', 'I want some fun.', 'I am at {place}.', 'I do not like {person}.',
    'I am writing a story.', 'I am bored.', 'It is raining.', 'I know {person} well.', 'I lost {thing}.', 'We have a lot of time.', 'I am new here.',
    'I am standing near {place}.', 'There is {animal} in my garden.', 'I work for {org}.', 'I never did this before.', 'My friends are here.',
]
AFTER: list[str] = ['', '', '', '', '', '', '', ' Thanks.', ' Keep it short.', ' Thank you!', ' Please be brief.', ' I am curious.',
    ' Explain it briefly.', ' What do you think?', ' I really want to know.', ' Please answer in a few sentences.', ' It is important to me.', ' I need it today.', ' Be honest.']
SYSTEM: list[str] = ['You are a helpful assistant.', 'You are a friendly assistant. Answer briefly.', 'Answer the question of the user.']
