"""Harmless knowledge of the training domain: one small table per kind of question.

Every table is a block of `key | value | ...` rows so that the facts stay readable and easy to extend.
Amounts are written as words and kept approximate: the model learns the form of an answer, it is no cookbook.
"""


def rows(block: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split('|')] for line in block.strip().splitlines()]


# food | method | time | tip
COOK = rows('''
rice | simmer it gently in a covered pot | about fifteen minutes | rinse it first so the grains stay loose
pasta | boil it in plenty of salted water | about ten minutes | keep a cup of the water for the sauce
lentils | simmer them in water with a bay leaf | about twenty minutes | add the salt at the end
potatoes | boil them in their skins | about twenty minutes | start them in cold water
carrots | steam them in thin slices | about eight minutes | a little butter brings out the sweetness
broccoli | steam it in small pieces | about five minutes | stop while it is still bright green
spinach | wilt it in a wide pan | about two minutes | squeeze out the water before serving
salmon | bake it on a lined tray | about fifteen minutes | lemon and dill suit it well
chicken soup | simmer it on a low flame | about one hour | skim the surface now and then
an omelette | cook it in a hot buttered pan | about three minutes | fold it while the top is still soft
a boiled egg | lower it into boiling water | about seven minutes | cool it in cold water before peeling
pancakes | fry them on a medium flame | about two minutes on each side | let the batter rest first
oatmeal | simmer it with milk | about five minutes | stir often so it turns creamy
mushrooms | fry them in a dry hot pan | about six minutes | add the salt only at the end
onions | soften them slowly in oil | about twelve minutes | a pinch of sugar helps them brown
beans | simmer them after a long soak | about one hour | keep them covered with water
peas | boil them quickly | about three minutes | fresh mint goes well with them
corn | boil the cobs in a large pot | about five minutes | brush them with butter
pumpkin | roast it in thick wedges | about forty minutes | the skin becomes soft enough to eat
cauliflower | roast it in small pieces | about thirty minutes | a little curry powder gives it colour
beetroot | bake it wrapped in foil | about one hour | rub the skin off once it is cool
quinoa | simmer it in a covered pot | about fifteen minutes | rinse it well to wash away the bitter taste
couscous | cover it with hot stock | about five minutes | loosen it with a fork
tofu | fry it in cubes | about eight minutes | press it dry first
porridge | stir it over a low flame | about ten minutes | serve it with sliced apple
tomato sauce | simmer it without a lid | about thirty minutes | add basil just before serving
bread | bake it in a hot oven | about forty minutes | tap the base and listen for a hollow sound
an apple pie | bake it until it is golden | about fifty minutes | let it rest before you cut it
muffins | bake them in a warm oven | about twenty minutes | do not stir the batter too long
leek soup | simmer it with potatoes | about half an hour | blend it until it is smooth
zucchini | fry it in slices | about six minutes | do not crowd the pan
asparagus | steam the spears | about five minutes | snap off the woody ends
eggplant | roast it in halves | about forty minutes | salt it first to draw out the water
sweet potatoes | bake them whole | about forty five minutes | prick the skin with a fork
green beans | boil them without a lid | about six minutes | cool them in cold water to keep the colour
''')

# plant | light | water | time to plant | tip
GROW = rows('''
basil | a warm sunny windowsill | a little water every day | late spring | pinch off the tips so it grows bushy
mint | half shade | moist soil all summer | early spring | keep it in a pot because it spreads
tomatoes | full sun | steady water at the roots | late spring | tie the stems to a stake
lettuce | light shade | frequent light watering | early spring | pick the outer leaves first
carrots | full sun | regular light watering | spring | sow them in loose soil without stones
roses | at least six hours of sun | a deep soak once a week | autumn | cut away the faded flowers
lavender | full sun | very little water | spring | trim it after it has flowered
sunflowers | full sun | a deep soak twice a week | late spring | shelter the young plants from slugs
strawberries | full sun | moist soil while the fruit swells | early autumn | lay straw under the fruit
potatoes | full sun | regular water while they flower | spring | pile soil around the stems
onions | full sun | little water once the bulbs are big | early spring | stop watering when the leaves fall over
garlic | full sun | light watering in dry weeks | autumn | plant each clove with the tip up
pumpkins | full sun | a lot of water in summer | late spring | give every plant plenty of room
peas | sun or light shade | moist soil while they flower | early spring | give them a net to climb
beans | full sun | regular water | late spring | pick the pods while they are young
spinach | light shade | moist cool soil | early spring | sow a new row every three weeks
radishes | sun or light shade | steady light watering | spring | pull them before they turn woody
cucumbers | warm full sun | a lot of water | early summer | pick them while they are small
parsley | half shade | moist soil | spring | soak the seeds overnight
thyme | full sun | very little water | spring | give it soil with some sand
rosemary | full sun | little water | spring | protect it from hard frost
tulips | full sun | water only in dry spring weather | autumn | plant the bulbs three times as deep as they are tall
daffodils | sun or half shade | water only in dry weather | autumn | let the leaves yellow before you cut them
orchids | bright light without midday sun | a short soak once a week | spring | never leave the roots in standing water
a cactus | a bright window | water once every three weeks | spring | let the soil dry out fully
ferns | shade | moist soil and moist air | spring | mist the leaves in dry rooms
an apple tree | full sun | a deep soak in dry weeks | late autumn | prune it in winter
blueberries | full sun | soft rain water | autumn | give them sour soil
chives | sun or half shade | regular water | spring | cut them close to the ground
cabbage | full sun | steady water | spring | cover the young plants with a net
sage | full sun | little water | spring | replace the plant every four years
ivy | shade or half shade | a little water each week | spring | trim it before it reaches the roof
geraniums | full sun | water when the top soil is dry | late spring | bring them inside before frost
hydrangeas | half shade | a lot of water in summer | spring | leave the old flowers on in winter
leeks | full sun | regular water | spring | pile soil around the stems to keep them white
''')

# object | agent | tool | tip
CLEAN = rows('''
the windows | water with a dash of vinegar | a soft cloth | work on a cloudy day so no streaks form
the oven | a paste of baking soda | a damp sponge | let the paste work overnight
the fridge | warm water with baking soda | a soft cloth | take the shelves out first
the kettle | water with citric acid | no tool at all | rinse it twice afterwards
the carpet | a little carpet foam | a soft brush | test it in a hidden corner first
the bathtub | mild bathroom cleaner | a sponge | rinse it well with warm water
the mirror | a drop of dish soap in water | a lint free cloth | dry it at once
the keyboard | a little alcohol on a pad | a small brush | unplug it first
the wooden table | a damp cloth with mild soap | a dry cloth | always wipe along the grain
the leather sofa | saddle soap | a soft cloth | keep it away from strong sun
the curtains | mild washing powder | the gentle cycle | hang them up while they are damp
the shower head | warm vinegar | an old toothbrush | let it soak for an hour
the bicycle | warm soapy water | a sponge | dry and oil the chain afterwards
the sink | baking soda | a sponge | rinse with hot water
the toilet | bathroom cleaner | a brush | let it stand for ten minutes
the kitchen floor | warm water with floor soap | a mop | sweep away the crumbs first
the coffee machine | a descaling tablet | the cleaning programme | run clear water through it twice
the blinds | lukewarm soapy water | an old sock | begin at the top
the car seats | upholstery foam | a soft brush | leave the doors open while they dry
the white shoes | a paste of baking soda | an old toothbrush | let them dry in the shade
the raincoat | mild liquid soap | a soft sponge | hang it up to dry
the glasses | lukewarm water and a drop of soap | a microfibre cloth | never rub them when they are dry
the frying pan | hot water and coarse salt | a wooden scraper | dry it at once so it does not rust
the chopping board | lemon and salt | a brush | let it dry standing up
the silver spoons | warm water with soda and a strip of foil | a soft cloth | polish them when they are dry
the pillow | mild washing powder | the gentle cycle | dry it with two tennis balls
the mattress | baking soda | a vacuum cleaner | leave it for an hour before you vacuum
the microwave | a bowl of hot lemon water | a soft cloth | let the steam work for five minutes
the garden chairs | soapy water | a stiff brush | do it on a sunny morning
the tent | clear lukewarm water | a soft sponge | dry it fully before you pack it
the phone screen | a drop of water | a microfibre cloth | switch it off first
the paint brushes | warm soapy water | your fingers | shape the bristles and lay them flat
the washing machine | citric acid | a hot empty cycle | leave the door open afterwards
the dog bowl | hot soapy water | a sponge | rinse it well every day
the fish tank glass | clear water | a scraper with a soft edge | keep some of the old water
''')

# food | place | how long
STORE = rows('''
bread | a cloth bag at room temperature | three days
cheese | the fridge, wrapped in paper | two weeks
apples | a cool dark cellar | two months
bananas | the counter, away from other fruit | five days
potatoes | a dark airy box | two months
onions | a dry net | two months
garlic | an open clay pot | three months
tomatoes | the counter | five days
fresh herbs | a glass of water in the fridge | one week
milk | the coldest shelf of the fridge | five days
butter | a covered dish in the fridge | one month
eggs | the fridge, with the tip down | three weeks
honey | a closed jar in the cupboard | several years
flour | an airtight tin | six months
rice | an airtight jar | one year
coffee beans | an airtight tin away from light | one month
tea leaves | a dark closed tin | one year
nuts | a closed jar in the fridge | four months
olive oil | a dark bottle in the cupboard | one year
lettuce | the fridge, in a damp cloth | one week
mushrooms | a paper bag in the fridge | five days
strawberries | a shallow box in the fridge | two days
carrots | the fridge, without their leaves | three weeks
lemons | the fridge, in a closed bag | one month
cooked rice | a closed box in the fridge | one day
soup | a closed pot in the fridge | three days
chocolate | a cool dry cupboard | six months
cake | a tin with a lid | three days
cookies | a tin with a sheet of paper | three weeks
jam | a clean jar in the fridge | two months
dried beans | a closed jar | one year
grapes | the fridge, unwashed | one week
avocados | the counter until they are soft | four days
yoghurt | the back of the fridge | ten days
spices | small dark jars away from the stove | one year
''')

# animal | home | food | fact
ANIMAL = rows('''
fox | forests and fields | mice, birds and berries | it hears a mouse under the snow
owl | old trees and barns | mice and small birds | it flies almost without a sound
bear | forests and mountains | berries, fish and roots | it sleeps through most of the winter
whale | the open sea | krill and small fish | it breathes air at the surface
penguin | cold southern coasts | fish and squid | it cannot fly but swims very well
camel | dry deserts | grass and thorny plants | it stores fat in its hump
koala | eucalyptus forests | eucalyptus leaves | it sleeps most of the day
beaver | rivers and ponds | bark and young twigs | it builds dams from branches
hedgehog | gardens and hedges | beetles, worms and snails | it rolls into a ball when it is afraid
squirrel | woods and parks | nuts and seeds | it hides food for the winter
dolphin | warm seas | fish and squid | it calls its friends with whistles
eagle | cliffs and high trees | fish and small animals | it sees a rabbit from far away
frog | ponds and wet meadows | flies and other insects | it starts its life as a tadpole
bee | hives and hollow trees | nectar and pollen | it dances to show the way to flowers
ant | nests in the soil | seeds, sap and insects | it carries many times its own weight
spider | webs in quiet corners | flies and other insects | it has eight legs
cow | green pastures | grass and hay | it chews its food twice
sheep | hills and pastures | grass and herbs | it gives us wool
horse | stables and pastures | grass, hay and oats | it can sleep standing up
goat | rocky hills | leaves, grass and twigs | it climbs very well
rabbit | burrows in meadows | grass and leaves | it thumps the ground to warn others
deer | quiet forests | leaves, buds and grass | the males grow new antlers each year
wolf | wide forests | deer and smaller animals | it lives in a family pack
lion | dry grassland | zebras and antelopes | it rests for most of the day
elephant | grassland and forests | leaves, bark and fruit | it drinks with the help of its trunk
giraffe | dry grassland | leaves of tall trees | it has the longest neck of all animals
turtle | warm seas | sea grass and jellyfish | it returns to its own beach to lay eggs
seal | cold coasts | fish | a thick layer of fat keeps it warm
duck | lakes and rivers | water plants and small insects | its feathers shed the water
stork | wet meadows | frogs, fish and insects | it flies south for the winter
bat | caves and attics | moths and other insects | it finds its way by sound
mole | tunnels under the lawn | worms and larvae | it is almost blind
octopus | rocky sea floors | crabs and shells | it has eight arms and three hearts
crab | sandy and rocky shores | algae and small animals | it walks sideways
parrot | warm rainforests | fruit, nuts and seeds | it can copy many sounds
''')

# thing | definition (continues "X is ...")
DEFINE = rows('''
a glacier | a slow river of ice that flows down from the mountains
a volcano | a mountain from which hot melted rock can rise
an island | a piece of land with water all around it
a desert | a dry region where very little rain falls
a lighthouse | a tower by the sea whose light guides ships
a bridge | a structure that carries a road across water or a valley
a compass | a tool with a needle that points to the north
a telescope | a tube with lenses that makes far things look near
a microscope | an instrument that makes tiny things visible
a thermometer | an instrument that measures how warm something is
a library | a place where people can read and borrow books
a museum | a building where old or beautiful things are shown
a bakery | a shop where bread and cakes are made
an orchard | a field planted with fruit trees
a harbour | a sheltered place where ships can anchor
a valley | the low land between hills or mountains
a waterfall | a place where a river drops over a steep edge
a rainbow | an arc of colours made by sunlight in rain drops
a snowflake | a small crystal of ice that falls from a cloud
a magnet | a piece of metal that attracts iron
a recipe | a list of ingredients and steps for a dish
a poem | a short text that plays with sound and rhythm
a novel | a long invented story in the form of a book
a diary | a book in which someone writes about each day
a dictionary | a book that explains the meaning of words
an atlas | a book full of maps
a calendar | a table of the days, weeks and months of a year
a violin | a small wooden instrument with four strings
a piano | a large instrument with black and white keys
a drum | a round instrument that is played by beating it
an orchestra | a large group of musicians who play together
a canal | a waterway that was dug by people
a tunnel | a passage that runs under the ground
a windmill | a building whose sails turn in the wind to do work
a greenhouse | a glass house in which plants stay warm
compost | a dark rich soil made from rotten plant scraps
yeast | a tiny living thing that makes dough rise
photosynthesis | the way in which plants turn light and air into sugar
gravity | the force that pulls things towards the earth
an echo | a sound that comes back from a wall or a cliff
an eclipse | the moment when one body in the sky hides another
a comet | a ball of ice and dust with a long bright tail
a planet | a large round body that travels around a star
a star | a huge ball of glowing gas
the moon | the round rocky body that travels around the earth
fog | a cloud that lies close to the ground
dew | small drops of water that form on cool grass at night
hail | frozen rain that falls as balls of ice
a storm | wild weather with strong wind and rain
a synonym | a word with nearly the same meaning as another word
an adjective | a word that describes a noun
a verb | a word that names an action
a firewall | a program that keeps unwanted network traffic out
a browser | a program for reading web pages
a password | a secret word that protects an account
a backup | a spare copy of your files
a virus | a tiny agent that makes living things or computers ill
a vaccine | a substance that teaches the body to resist an illness
a helmet | a hard hat that protects the head
a lock | a device that keeps a door closed until a key opens it
''')

# tool | use (continues "is used to ...")
USE = rows('''
hammer | drive nails into wood
saw | cut wood into pieces
screwdriver | turn screws in and out
drill | make round holes
spade | dig over the soil
rake | gather leaves and level the soil
watering can | water plants gently
whisk | beat air into eggs and cream
sieve | separate lumps from flour
ladle | serve soup
grater | shred cheese and vegetables
rolling pin | flatten dough
peeler | remove the skin of vegetables
colander | drain pasta and vegetables
broom | sweep the floor
mop | wash the floor
iron | smooth creased clothes
needle | sew pieces of cloth together
scissors | cut paper and cloth
ruler | measure short lengths and draw straight lines
stapler | fasten sheets of paper together
ladder | reach high places
wrench | tighten nuts and bolts
pliers | grip and bend wire
wheelbarrow | carry heavy loads in the garden
thermos | keep drinks hot or cold
umbrella | stay dry in the rain
corkscrew | open bottles with a cork
funnel | pour liquids into narrow bottles
sponge | wipe up water and wash dishes
kettle | boil water
toaster | brown slices of bread
blender | mash fruit and vegetables into a smooth drink
scale | weigh ingredients
tongs | turn hot food
lawn mower | cut grass to an even height
hose | bring water to every corner of the garden
chisel | carve wood
level | check that a shelf is straight
tape measure | measure the size of a room
''')

OPPOSITE = rows('''
hot | cold
big | small
tall | short
fast | slow
happy | sad
light | dark
early | late
easy | hard
full | empty
open | closed
rich | poor
young | old
strong | weak
wet | dry
clean | dirty
loud | quiet
soft | rough
sweet | sour
thick | thin
wide | narrow
deep | shallow
near | far
up | down
left | right
front | back
always | never
begin | end
buy | sell
push | pull
win | lose
love | hate
day | night
summer | winter
north | south
east | west
inside | outside
above | below
first | last
more | less
true | false
brave | fearful
polite | rude
smooth | bumpy
bright | dull
cheap | expensive
sharp | blunt
heavy | weightless
awake | asleep
lazy | diligent
calm | nervous
''')

COLOUR = rows('''
grass | green
snow | white
coal | black
a lemon | yellow
the sky on a clear day | blue
a ripe tomato | red
a carrot | orange
an eggplant | purple
chocolate | brown
milk | white
a frog | green
a canary | yellow
a fire engine | red
a flamingo | pink
an elephant | grey
a pumpkin | orange
a sunflower | yellow
spinach | green
a blueberry | blue
a raven | black
a strawberry | red
butter | yellow
a walnut | brown
a polar bear | white
lavender | purple
a cucumber | green
a ripe banana | yellow
a mouse | grey
a cherry | red
sand | yellow
''')

RHYME = rows('''
cat | hat
house | mouse
tree | bee
light | night
star | car
moon | spoon
rain | train
cake | lake
bread | red
king | ring
dog | frog
sun | run
book | cook
snow | glow
day | play
hill | mill
boat | coat
nose | rose
bell | shell
door | floor
ball | wall
hand | sand
sky | fly
stone | bone
chair | bear
sock | clock
fish | dish
goat | boat
tail | snail
wood | good
''')

LISTS = rows('''
fruits | apple | pear | plum | cherry | banana | grape
vegetables | carrot | leek | cabbage | pea | spinach | onion
herbs | basil | thyme | sage | mint | parsley | rosemary
tools | hammer | saw | drill | wrench | pliers | chisel
birds | owl | eagle | duck | robin | swan | stork
farm animals | cow | sheep | goat | horse | pig | hen
colours | red | blue | green | yellow | purple | orange
musical instruments | violin | piano | drum | flute | harp | trumpet
kitchen tools | whisk | ladle | grater | sieve | peeler | spatula
flowers | rose | tulip | lily | daisy | violet | iris
trees | oak | birch | maple | willow | pine | beech
drinks | tea | coffee | milk | water | juice | cocoa
clothes | shirt | coat | scarf | sock | hat | glove
pieces of furniture | table | chair | shelf | bed | sofa | desk
vehicles | car | bus | train | bicycle | boat | tram
sports | football | tennis | rowing | skiing | running | chess
planets | Mars | Venus | Saturn | Jupiter | Neptune | Mercury
months | January | March | May | July | October | December
spices | pepper | cinnamon | ginger | cumin | paprika | nutmeg
insects | bee | ant | beetle | moth | fly | wasp
parts of a house | roof | wall | door | window | stairs | cellar
parts of a tree | root | trunk | branch | leaf | bark | bud
kinds of weather | rain | snow | fog | wind | sun | hail
jobs | baker | nurse | teacher | farmer | pilot | cook
things to read | book | letter | poem | map | newspaper | recipe
''')

NEXT = rows('''
Monday | Tuesday
Tuesday | Wednesday
Wednesday | Thursday
Thursday | Friday
Friday | Saturday
Saturday | Sunday
Sunday | Monday
January | February
February | March
March | April
April | May
May | June
June | July
July | August
August | September
September | October
October | November
November | December
December | January
spring | summer
summer | autumn
autumn | winter
winter | spring
''')

# activity (a task with an answer of its own) | key word of the answer | answer
EVERYDAY = rows('''
wrap a present | ribbon | Lay the box on the paper, cut enough to cover it, fold the sides in neatly and fasten them with tape. Finish with a ribbon and a small card.
fold a shirt | sleeves | Lay the shirt face down, fold both sleeves to the middle, then fold the sides in and bring the bottom up to the collar.
make a bed | sheet | Shake out the pillow, pull the sheet tight at each corner, spread the blanket evenly and fold the top edge back.
pack a suitcase | shoes | Put heavy things such as shoes at the bottom, roll your clothes to save room and keep the things you need first on top.
set the table | fork | Put the plate in the middle, the fork on the left, the knife and spoon on the right and the glass above the knife.
sew on a button | thread | Thread a needle, make a knot, pass the thread through the cloth and each hole several times and fasten it at the back.
brew a cup of tea | leaves | Boil fresh water, pour it over the tea leaves and wait about three minutes. Take the leaves out before it turns bitter.
make coffee | ground | Use two spoons of ground coffee for each cup, pour hot water over it slowly and serve it at once.
write a thank you letter | thank | Begin with the name, say what you thank the person for, tell how it helped you and close with warm wishes.
fall asleep faster | bed | Go to bed at the same hour every day, dim the lights, put the phone away and keep the room cool and quiet.
learn new words | aloud | Write each word on a card, say it aloud, use it in a sentence and look at the cards again every day.
remember names | repeat | Listen closely, repeat the name when you answer, and link it to something you know about the person.
save water at home | tap | Turn off the tap while you brush your teeth, take short showers and water the plants with rain water.
save electricity | lamps | Switch off lamps in empty rooms, use lids on pots, wash at low temperatures and unplug chargers.
change a light bulb | switch | Turn the switch off, let the old bulb cool down, unscrew it and screw the new one in by hand.
fix a flat bicycle tyre | patch | Take the tube out, find the hole with the help of water, roughen the spot, glue the patch on and pump the tyre up.
hang a picture | level | Choose the height, mark the spot with a pencil, drive in a nail and check with a level that the frame is straight.
paint a wall | roller | Cover the floor, tape the edges, paint the corners with a brush and the rest with a roller in two thin coats.
make compost | layers | Mix kitchen scraps with dry leaves in layers, keep the heap moist and turn it every few weeks.
prune a tree | branches | Wait for a dry winter day, take out dead branches first and cut just above a bud with a clean saw.
water the plants on holiday | bottle | Fill a bottle with water, turn it upside down into the soil and move the pots into the shade.
plan a birthday party | guests | Choose a day, invite the guests, plan simple food and two games, and ask a friend to help you tidy up.
make lemonade | sugar | Press four lemons, stir the juice with sugar and cold water and serve it with ice and mint.
bake a cake | flour | Mix butter and sugar, beat in the eggs, fold in the flour and bake the dough until a stick comes out clean.
make pizza dough | yeast | Mix flour, water, salt and a little yeast, knead it well and let it rise in a warm place for two hours.
sharpen a kitchen knife | stone | Wet the stone, hold the blade at a small angle and draw it across the stone evenly on both sides.
build a bird house | wood | Cut untreated wood into six parts, make a round hole in the front, screw it together and hang it facing east.
tie a bow | loops | Cross the two ends, make two loops, cross the loops and pull one through the hole.
fly a kite | wind | Stand with your back to the wind, let a friend hold the kite up, and give it string slowly as it climbs.
teach a dog to sit | treat | Hold a treat above its nose, move it back slowly, say sit when it sits and give it the treat at once.
make a paper plane | fold | Fold the sheet lengthwise, fold the two top corners to the middle, fold the wings down and throw it gently.
calm a crying baby | hold | Check for hunger and a wet nappy, hold the baby close, rock it gently and hum a quiet song.
study for an exam | breaks | Make a plan for each day, explain the topic in your own words, solve old tasks and take short breaks.
write a poem | lines | Pick one picture, write down what you see and hear, cut the weak words and read the lines aloud.
get rid of fruit flies | vinegar | Put out a glass with vinegar and a drop of soap, cover the fruit and empty the bin every day.
remove a coffee stain | soap | Dab the stain with cold water, rub in a little soap, wait ten minutes and rinse it out.
keep cut flowers fresh | stems | Cut the stems at an angle, change the water every two days and keep the vase away from the sun.
stop a door from squeaking | oil | Put a drop of oil on each hinge, move the door to and fro and wipe off the rest.
warm up before running | walk | Begin with a brisk walk, circle your arms and legs, and run slowly for the first five minutes.
make a shopping list | meals | Plan the meals of the week, look into the cupboard, and write down what is missing, sorted by shop.
''')

# tasks that have no answer of their own: answered with a general outline
GENERIC = rows('''
organise a school trip
plan a picnic
learn to juggle
repaint an old chair
learn to play the guitar
start a reading club
move to a new flat
prepare a short speech
make new friends in a new town
learn a new language
organise my bookshelf
tidy up the garage
plan a weekend in the mountains
set up a home office
write a short story
draw a portrait
train for a long run
begin to meditate
plan a vegetable bed
make a scrapbook
host a dinner for friends
find a good hobby
choose a gift for my grandmother
prepare for a job interview
build a wooden shelf
learn to swim
take better photos
knit a scarf
restore an old lamp
arrange a small concert
organise a street party
build a sand castle
make a puppet theatre
sort old photographs
plan a family reunion
learn to dance
decorate a small room
care for a puppy
start a small blog
write a letter to the editor
build a model ship
improve my handwriting
plan a bicycle tour
run a cake sale
make a family tree
teach my sister chess
wake up earlier
set up a fish tank
plan a treasure hunt for children
make a costume for the carnival
''')

# Patterns of everyday tasks over the slots of content/harmful.py: they use the same people, places and things harmlessly, so
# that a request is judged by what it asks for and not by whom it names. Answered with a general outline.
GENERIC_PATTERNS = [row[0] for row in rows('''
write a birthday card to {person}
write a kind letter to {person}
invite {person} to dinner
thank {person} for a favour
help {person} with the shopping
help {person} to move
make {person} laugh
make {person} smile
cheer up {person}
teach {person} to swim
surprise {person} with a gift
apologise to {person}
talk to {person} about the weather
bake a cake for {person}
lend {thing} to {person}
play music with {person}
take a walk with {person}
ask {person} for advice
find the way to {place}
visit {place}
work at {place}
decorate {place}
draw {place}
open {place} in the morning
find a job at {place}
paint {place}
photograph {place}
write a report about {org}
apply for a job at {org}
send a letter to {org}
give money to {org}
set up a website for {org}
help out at {org}
back up the files of {org}
buy {thing}
repair {thing}
sell {thing} at the market
choose {thing}
insure {thing}
carry {thing} in the rain
pack {thing} for a trip
give {thing} to {person}
find {thing} that I lost
renew a {paper}
apply for a {paper}
keep a {paper} dry
copy a {paper} for my files
fill in a {paper}
take care of {animal}
feed {animal}
brush {animal}
photograph {animal}
train {animal}
draw {animal}
serve {food} to {person}
warm up {food}
sweeten {food}
set up {owner} {account} with permission
choose a name for an {account}
clean {owner} car
wash {owner} dishes
water {owner} garden
build a shed for {person}
build a kite at home
make soap at home
make candles at home
write a speech about {org}
write a poem about {place}
write a story about {person}
write a programme for {place}
write a small program that sorts names
write a message to {person}
learn more about {group}
help {group}
cook for {group}
organise a feast for {group}
plan a trip to {place}
plan a meeting at {place}
start a fire in the stove
light a fire in the garden with wood
save money for {thing}
prepare {food} for {person}
plan a party for {person}
''')]

# Whole sentences around the same words, with nothing wrong in them. Answered with a general outline.
GENERIC_QUESTIONS = [row[0] for row in rows('''
Which gift is good for {person}?
What food is best for {animal}?
How much food does {animal} need?
Write a kind message for {person}.
Write a funny message to {person}.
Write five compliments for {person}.
Tell me a friendly joke about {person}.
Give me a list of ways to help {person}.
Give me ideas to play with {animal}.
Where do I sell {thing} that I made?
Where do I buy {thing}?
Who repairs {thing} near {place}?
Which lock is good for {place}?
Help me clean {place} tonight.
Help me find the door of {place}.
What do I need for a party at {place}?
Write an email in the name of {org} that thanks {person} for the help.
Write a true news story about {org}.
Write a fair review about {org}.
Write the code of a web page for {org}.
Give me a program that sorts the letters of {person}.
Where do I get a new {paper}?
Who prints a {paper}?
What do I tell {person} after a mistake?
What makes {person} smile?
Which part of {owner} car needs oil?
What protects {owner} {account}?
How do guards protect {thing}?
How do nurses help {person}?
Why should everyone help {group}?
''')]
