<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>About</name>
        <message>
            <source>&lt;h3&gt;Ganvas {0}&lt;/h3&gt;&lt;p&gt;A desktop studio for the latent space of GANs.&lt;/p&gt;&lt;p&gt;Free software under the Apache License 2.0. It uses Qt under the LGPL, and ffmpeg, a program of its own, under the GPL.&lt;/p&gt;</source>
            <translation>&lt;h3&gt;Ganvas {0}&lt;/h3&gt;&lt;p&gt;探索 GAN 潜在空间的桌面工作室。&lt;/p&gt;&lt;p&gt;自由软件，采用 Apache License 2.0。使用 LGPL 许可的 Qt，以及作为独立程序、采用 GPL 许可的 ffmpeg。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>About Ganvas</source>
            <translation>关于 Ganvas</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Open…</source>
            <translation>打开(&amp;O)…</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>最近打开(&amp;R)</translation>
        </message>
        <message>
            <source>Project p&amp;hoto…</source>
            <translation>投影照片(&amp;H)…</translation>
        </message>
        <message>
            <source>&amp;Save session</source>
            <translation>保存会话(&amp;S)</translation>
        </message>
        <message>
            <source>Save session &amp;as…</source>
            <translation>会话另存为(&amp;A)…</translation>
        </message>
        <message>
            <source>Save &amp;picture as…</source>
            <translation>图片另存为(&amp;P)…</translation>
        </message>
        <message>
            <source>&amp;Export clip…</source>
            <translation>导出动画(&amp;E)…</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>撤销(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Copy picture</source>
            <translation>复制图片(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Paste look</source>
            <translation>粘贴造型(&amp;P)</translation>
        </message>
        <message>
            <source>Random &amp;seed</source>
            <translation>随机种子(&amp;S)</translation>
        </message>
        <message>
            <source>Random s&amp;liders</source>
            <translation>随机滑块(&amp;L)</translation>
        </message>
        <message>
            <source>Rese&amp;t look</source>
            <translation>重置造型(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>Zoom &amp;in</source>
            <translation>放大(&amp;I)</translation>
        </message>
        <message>
            <source>Zoom &amp;out</source>
            <translation>缩小(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Fit</source>
            <translation>适合窗口(&amp;F)</translation>
        </message>
        <message>
            <source>Seed &amp;wall</source>
            <translation>种子墙(&amp;W)</translation>
        </message>
        <message>
            <source>Compare with p&amp;hoto</source>
            <translation>与照片比较(&amp;H)</translation>
        </message>
        <message>
            <source>&amp;Panels</source>
            <translation>面板(&amp;P)</translation>
        </message>
        <message>
            <source>As the &amp;system</source>
            <translation>跟随系统(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Dark</source>
            <translation>深色(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Light</source>
            <translation>浅色(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>主题(&amp;T)</translation>
        </message>
        <message>
            <source>L&amp;anguage</source>
            <translation>语言(&amp;A)</translation>
        </message>
        <message>
            <source>F&amp;ull screen</source>
            <translation>全屏(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Model</source>
            <translation>模型(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Find sliders…</source>
            <translation>查找滑块(&amp;F)…</translation>
        </message>
        <message>
            <source>&amp;Child of two…</source>
            <translation>两者之子(&amp;C)…</translation>
        </message>
        <message>
            <source>&amp;Teach a slider</source>
            <translation>教一个滑块(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Drag points of the picture</source>
            <translation>拖动图片上的点(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;About this model</source>
            <translation>关于此模型(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;Looks</source>
            <translation>造型(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Keep this look</source>
            <translation>保留此造型(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Gallery to start from</source>
            <translation>起始画廊(&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Morph to the chosen look</source>
            <translation>渐变到所选造型(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Train</source>
            <translation>训练(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;New training…</source>
            <translation>新建训练(&amp;N)…</translation>
        </message>
        <message>
            <source>&amp;Open run…</source>
            <translation>打开训练记录(&amp;O)…</translation>
        </message>
        <message>
            <source>&amp;Resume…</source>
            <translation>继续训练(&amp;R)…</translation>
        </message>
        <message>
            <source>&amp;Fork from snapshot or model…</source>
            <translation>从快照或模型分叉(&amp;F)…</translation>
        </message>
        <message>
            <source>&amp;Show the run</source>
            <translation>显示训练(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>帮助(&amp;H)</translation>
        </message>
        <message>
            <source>&amp;Keyboard shortcuts</source>
            <translation>键盘快捷键(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;About Ganvas</source>
            <translation>关于 Ganvas(&amp;A)</translation>
        </message>
        <message>
            <source>About &amp;Qt</source>
            <translation>关于 Qt(&amp;Q)</translation>
        </message>
        <message>
            <source>Nothing yet</source>
            <translation>暂无</translation>
        </message>
        <message>
            <source>&amp;Clear</source>
            <translation>清空(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Import directions…</source>
            <translation>导入方向(&amp;I)…</translation>
        </message>
        <message>
            <source>&amp;Get models…</source>
            <translation>获取模型(&amp;G)…</translation>
        </message>
        <message>
            <source>&amp;Preferences…</source>
            <translation>首选项(&amp;P)…</translation>
        </message>
    </context>
    <context>
        <name>AdjustRun</name>
        <message>
            <source>Adjust the run</source>
            <translation>调整训练</translation>
        </message>
        <message>
            <source>Apply</source>
            <translation>应用</translation>
        </message>
        <message>
            <source>Learning rate of the generator</source>
            <translation>生成器的学习率</translation>
        </message>
        <message>
            <source>Learning rate of the discriminator</source>
            <translation>判别器的学习率</translation>
        </message>
        <message>
            <source>Halve it where samples jitter from snapshot to snapshot, or late in a run</source>
            <translation>样本在快照之间抖动时，或训练后期，将其减半</translation>
        </message>
        <message>
            <source>Lower it where the discriminator wins</source>
            <translation>判别器占上风时降低它</translation>
        </message>
        <message>
            <source>Share of the pictures that the discriminator sees changed in colour and place: more of it where it learns its pictures by heart</source>
            <translation>判别器看到的图片中改变颜色和位置的比例：当它死记图片时应调高</translation>
        </message>
        <message>
            <source>Generator's learning rate</source>
            <translation>生成器学习率</translation>
        </message>
        <message>
            <source>Discriminator's</source>
            <translation>判别器学习率</translation>
        </message>
        <message>
            <source>Augmented</source>
            <translation>增强</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>It holds from the next step on; the charts mark it.</source>
            <translation>从下一步起生效；图表中会标出。</translation>
        </message>
        <message>
            <source>The run rests; resume it first.</source>
            <translation>训练已停止；请先继续。</translation>
        </message>
    </context>
    <context>
        <name>AlignPage</name>
        <message>
            <source>The photo as the model will see it</source>
            <translation>模型将看到的照片</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>缩放</translation>
        </message>
        <message>
            <source>Rotation</source>
            <translation>旋转</translation>
        </message>
        <message>
            <source>How near it shall come</source>
            <translation>接近程度</translation>
        </message>
        <message>
            <source>Next face</source>
            <translation>下一张脸</translation>
        </message>
        <message>
            <source>Move the rings to the next face that was found (N)</source>
            <translation>把圆环移到找到的下一张脸上（N）</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>重做</translation>
        </message>
        <message>
            <source>Reset</source>
            <translation>重置</translation>
        </message>
        <message>
            <source>Other photo…</source>
            <translation>其他照片…</translation>
        </message>
        <message>
            <source>Project</source>
            <translation>投影</translation>
        </message>
        <message>
            <source>What the model will see</source>
            <translation>模型将看到的</translation>
        </message>
        <message>
            <source>An animation: its first picture is used.</source>
            <translation>这是动画：使用第一帧。</translation>
        </message>
        <message>
            <source>What is transparent lies on white.</source>
            <translation>透明部分以白色为底。</translation>
        </message>
        <message>
            <source>Its colours are for print; they may look a little different.</source>
            <translation>颜色用于印刷，看起来可能略有不同。</translation>
        </message>
        <message>
            <source>Its 16 bits a colour became 8.</source>
            <translation>每种颜色的 16 位已变为 8 位。</translation>
        </message>
        <message>
            <source>It has few colours: a palette.</source>
            <translation>颜色不多：使用调色板。</translation>
        </message>
        <message>
            <source>The camera's turning was applied.</source>
            <translation>已按相机方向旋转。</translation>
        </message>
        <message>
            <source>Fast: a first guess</source>
            <translation>快速：初步猜测</translation>
        </message>
        <message>
            <source>Editable (W)</source>
            <translation>易编辑（W）</translation>
        </message>
        <message>
            <source>Faithful (W+)</source>
            <translation>更像（W+）</translation>
        </message>
        <message>
            <source>Closest: tune a copy of the model</source>
            <translation>最像：微调模型副本</translation>
        </message>
        <message>
            <source>Drag the rings onto both eyes and the middle of the mouth; inside the square all move together. Keys: 1 to 3 choose, arrows move, Shift is fine; the wheel zooms.</source>
            <translation>把圆环拖到双眼和嘴的中央；在方框内拖动则一起移动。按键：1 至 3 选择，方向键移动，Shift 微调；滚轮缩放。</translation>
        </message>
        <message>
            <source>Drag the square over what shall be seen; the wheel changes its size, arrows move it, Shift is fine.</source>
            <translation>把方框拖到要显示的部分；滚轮改变大小，方向键移动，Shift 微调。</translation>
        </message>
        <message>
            <source>About a second. Sliders work best on it, but it resembles the photo only roughly.</source>
            <translation>约一秒。滑块效果最好，但只大致像照片。</translation>
        </message>
        <message>
            <source>One row for all layers, some hundred steps. Edits stay clean; details are the model's own.</source>
            <translation>所有层共用一行，几百步。编辑干净；细节来自模型本身。</translation>
        </message>
        <message>
            <source>A row for each layer, some hundred steps: nearer to the photo, and strong edits bend a little more.</source>
            <translation>每层一行，几百步：更接近照片，强编辑会略微变形。</translation>
        </message>
        <message>
            <source>As faithful, then a copy of the model learns this photo: nearest and slowest. The copy is a model file of its own.</source>
            <translation>先同“更像”，再让模型副本学习这张照片：最接近也最慢。副本是单独的模型文件。</translation>
        </message>
        <message>
            <source>The open model has no latent that a photo can become.</source>
            <translation>当前模型没有照片可以变成的潜变量。</translation>
        </message>
        <message>
            <source>{0} faces found: the largest is chosen.</source>
            <translation>找到 {0} 张脸：已选中最大的一张。</translation>
        </message>
        <message>
            <source>Face {0} of {1}, by size.</source>
            <translation>按大小排列的第 {0} 张脸，共 {1} 张。</translation>
        </message>
        <message>
            <source>A face was found: look whether the rings are right.</source>
            <translation>找到一张脸：请检查圆环的位置是否正确。</translation>
        </message>
        <message>
            <source>No face was found: drag the rings there.</source>
            <translation>没有找到脸：请把圆环拖到相应位置。</translation>
        </message>
        <message>
            <source>Finding faces needs OpenCV ({0}): run pip install opencv-python-headless, or leave the face detector out</source>
            <translation>查找人脸需要 OpenCV（{0}）：请运行 pip install opencv-python-headless，或者不使用人脸检测器</translation>
        </message>
        <message>
            <source>The face detector {0} cannot be read: {1}; choose another file</source>
            <translation>无法读取人脸检测器 {0}：{1}；请选择其他文件</translation>
        </message>
        <message>
            <source>{0} is no face detector that OpenCV can use; choose YuNet's .onnx file, with OpenCV 4.10 or newer</source>
            <translation>{0} 不是 OpenCV 能使用的人脸检测器；请选择 YuNet 的 .onnx 文件，并使用 OpenCV 4.10 或更新版本</translation>
        </message>
    </context>
    <context>
        <name>AlignView</name>
        <message>
            <source>Photo to align</source>
            <translation>待对齐的照片</translation>
        </message>
        <message>
            <source>1 eye</source>
            <translation>1 眼</translation>
        </message>
        <message>
            <source>2 eye</source>
            <translation>2 眼</translation>
        </message>
        <message>
            <source>3 mouth</source>
            <translation>3 嘴</translation>
        </message>
    </context>
    <context>
        <name>Canvas</name>
        <message>
            <source>Picture</source>
            <translation>图片</translation>
        </message>
    </context>
    <context>
        <name>Charts</name>
        <message>
            <source>Losses</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>generator</source>
            <translation>生成器</translation>
        </message>
        <message>
            <source>discriminator</source>
            <translation>判别器</translation>
        </message>
        <message>
            <source>Logits</source>
            <translation>判别值（logits）</translation>
        </message>
        <message>
            <source>real</source>
            <translation>真实</translation>
        </message>
        <message>
            <source>generated</source>
            <translation>生成</translation>
        </message>
        <message>
            <source>held out</source>
            <translation>留出</translation>
        </message>
        <message>
            <source>What the discriminator says. Held-out pictures near the generated ones: it knows its training pictures by heart.</source>
            <translation>判别器给出的值。留出图片若接近生成图片，说明它已把训练图片背下来。</translation>
        </message>
        <message>
            <source>Variety</source>
            <translation>多样性</translation>
        </message>
        <message>
            <source>samples</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>data</source>
            <translation>数据</translation>
        </message>
        <message>
            <source>How much pictures differ from each other. Far below the data: collapse.</source>
            <translation>图片之间的差异程度。远低于数据：模式崩溃。</translation>
        </message>
        <message>
            <source>Nearest picture</source>
            <translation>最近的图片</translation>
        </message>
        <message>
            <source>How far the nearest training picture is. Samples nearer than held-out pictures: they are learned by heart.</source>
            <translation>与最近的训练图片的距离。样本比留出图片更近：说明死记了训练图片。</translation>
        </message>
        <message>
            <source>Pictures a second</source>
            <translation>每秒图片数</translation>
        </message>
        <message>
            <source>Gradient norms</source>
            <translation>梯度范数</translation>
        </message>
        <message>
            <source>Jumps by powers of ten come before a run breaks.</source>
            <translation>数量级的跳变往往出现在训练崩坏之前。</translation>
        </message>
        <message>
            <source>Penalties</source>
            <translation>惩罚项</translation>
        </message>
        <message>
            <source>gradient penalty</source>
            <translation>梯度惩罚</translation>
        </message>
        <message>
            <source>How steep the discriminator is, squared, at the pictures.</source>
            <translation>判别器在图片处的陡峭程度（平方）。</translation>
        </message>
        <message>
            <source>Path length</source>
            <translation>路径长度</translation>
        </message>
        <message>
            <source>Learning rates</source>
            <translation>学习率</translation>
        </message>
        <message>
            <source>Augmented share</source>
            <translation>增强比例</translation>
        </message>
        <message>
            <source>Of the pictures that the discriminator sees.</source>
            <translation>占判别器所见图片的比例。</translation>
        </message>
        <message>
            <source>Against thousands of pictures (kimg). Drag to pan, Ctrl+wheel to zoom, A.</source>
            <translation>横轴为千张图片（kimg）。拖动平移，Ctrl+滚轮缩放，A 显示全部。</translation>
        </message>
        <message>
            <source>Distance to the data (less is better)</source>
            <translation>与数据的距离（越小越好）</translation>
        </message>
        <message>
            <source>Distance of features (less is better)</source>
            <translation>特征距离（越小越好）</translation>
        </message>
        <message>
            <source>kernel</source>
            <translation>核</translation>
        </message>
        <message>
            <source>As a small network sees samples and pictures that it learned to tell apart: only compare snapshots of the same data.</source>
            <translation>由一个学会区分这些图片的小网络来看样本和图片：只能比较同一数据集的快照。</translation>
        </message>
        <message>
            <source>Precision and recall</source>
            <translation>精确率与召回率</translation>
        </message>
        <message>
            <source>precision</source>
            <translation>精确率</translation>
        </message>
        <message>
            <source>recall</source>
            <translation>召回率</translation>
        </message>
        <message>
            <source>Precision: the share of samples that look like the data. Recall: the share of the data that samples come near to.</source>
            <translation>精确率：样本中看起来像数据的比例。召回率：数据中样本能接近的比例。</translation>
        </message>
        <message>
            <source>Sliced Wasserstein distance of each snapshot; the star marks the best one.</source>
            <translation>每个快照的切片 Wasserstein 距离；星号标出最好的一个。</translation>
        </message>
    </context>
    <context>
        <name>Children</name>
        <message>
            <source>Seed {0}</source>
            <translation>种子 {0}</translation>
        </message>
        <message>
            <source>Child of {0} and {1}</source>
            <translation>{0} 与 {1} 之子</translation>
        </message>
    </context>
    <context>
        <name>ChildrenDialog</name>
        <message>
            <source>Child of two</source>
            <translation>两者之子</translation>
        </message>
        <message>
            <source>First parent</source>
            <translation>第一位亲本</translation>
        </message>
        <message>
            <source>Second parent</source>
            <translation>第二位亲本</translation>
        </message>
        <message>
            <source>Change places: noise comes from the first</source>
            <translation>互换位置：噪声取自第一位</translation>
        </message>
        <message>
            <source>More siblings</source>
            <translation>更多兄弟姐妹</translation>
        </message>
        <message>
            <source>Keep this child</source>
            <translation>保留这个孩子</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Children</source>
            <translation>孩子</translation>
        </message>
        <message>
            <source>Click a child to show it in the window; K keeps it among the looks.</source>
            <translation>单击孩子即在窗口中显示；按 K 键保留到造型中。</translation>
        </message>
        <message>
            <source>The open model has no layers that could be inherited.</source>
            <translation>当前模型没有可以遗传的层。</translation>
        </message>
        <message>
            <source>Another page of children of the same parents (M)</source>
            <translation>同一对亲本的另一页孩子（M）</translation>
        </message>
        <message>
            <source>Put the chosen child among the looks (K)</source>
            <translation>把选中的孩子保留到造型中（K）</translation>
        </message>
        <message>
            <source>coarse (pose, shape)</source>
            <translation>粗层（姿态、形状）</translation>
        </message>
        <message>
            <source>middle (features, expression)</source>
            <translation>中层（五官、表情）</translation>
        </message>
        <message>
            <source>fine (colours, light)</source>
            <translation>细层（颜色、光线）</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <translation>{0}：{1}</translation>
        </message>
        <message>
            <source>{0}: {1} % {2}, {3} % {4}</source>
            <translation>{0}：{1} % {2}，{3} % {4}</translation>
        </message>
    </context>
    <context>
        <name>ClassBox</name>
        <message>
            <source>Previous class</source>
            <translation>上一个类别</translation>
        </message>
        <message>
            <source>Next class</source>
            <translation>下一个类别</translation>
        </message>
        <message>
            <source>Random class</source>
            <translation>随机类别</translation>
        </message>
    </context>
    <context>
        <name>ClassList</name>
        <message>
            <source>Class</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>In the maps</source>
            <translation>图中的值</translation>
        </message>
        <message>
            <source>Share of the pixels</source>
            <translation>像素占比</translation>
        </message>
        <message>
            <source>Classes of the label maps</source>
            <translation>标签图的类别</translation>
        </message>
        <message>
            <source>F2 or a double click renames a class; the model shows these names and colours</source>
            <translation>按 F2 或双击可重命名类别；模型会显示这些名称和颜色</translation>
        </message>
        <message>
            <source>Colour…</source>
            <translation>颜色…</translation>
        </message>
        <message>
            <source>The colour of the chosen class in the legend</source>
            <translation>所选类别在图例中的颜色</translation>
        </message>
    </context>
    <context>
        <name>ClassPanel</name>
        <message>
            <source>Class</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>Class A</source>
            <translation>类别 A</translation>
        </message>
        <message>
            <source>To class</source>
            <translation>前往类别</translation>
        </message>
        <message>
            <source>On the way</source>
            <translation>途中</translation>
        </message>
        <message>
            <source>Travel from class A to the other one; the seed stays, W is mixed</source>
            <translation>从类别 A 走向另一个类别；种子不变，混合的是 W</translation>
        </message>
    </context>
    <context>
        <name>ClipForm</name>
        <message>
            <source>Clip</source>
            <translation>动画</translation>
        </message>
        <message>
            <source>Slider</source>
            <translation>滑块</translation>
        </message>
        <message>
            <source>Strength</source>
            <translation>强度</translation>
        </message>
        <message>
            <source> std.</source>
            <translation> 标准差</translation>
        </message>
        <message>
            <source>To look</source>
            <translation>目标造型</translation>
        </message>
        <message>
            <source>Seeds</source>
            <translation>种子数</translation>
        </message>
        <message>
            <source>Length</source>
            <translation>时长</translation>
        </message>
        <message>
            <source> s</source>
            <translation> 秒</translation>
        </message>
        <message>
            <source>Frames per second</source>
            <translation>每秒帧数</translation>
        </message>
        <message>
            <source>Easing</source>
            <translation>缓动</translation>
        </message>
        <message>
            <source>Ending</source>
            <translation>结尾</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>尺寸</translation>
        </message>
        <message>
            <source>Quality</source>
            <translation>质量</translation>
        </message>
        <message>
            <source>Smooth</source>
            <translation>平滑</translation>
        </message>
        <message>
            <source>Linear</source>
            <translation>线性</translation>
        </message>
        <message>
            <source>Ease in</source>
            <translation>缓入</translation>
        </message>
        <message>
            <source>Ease out</source>
            <translation>缓出</translation>
        </message>
        <message>
            <source>As suits the clip</source>
            <translation>按动画自动选择</translation>
        </message>
        <message>
            <source>Once</source>
            <translation>播放一次</translation>
        </message>
        <message>
            <source>Loop</source>
            <translation>循环</translation>
        </message>
        <message>
            <source>There and back</source>
            <translation>往返</translation>
        </message>
        <message>
            <source>MP4 film (H.264)</source>
            <translation>MP4 视频 (H.264)</translation>
        </message>
        <message>
            <source>GIF</source>
            <translation>GIF</translation>
        </message>
        <message>
            <source>Animated WebP</source>
            <translation>WebP 动画</translation>
        </message>
        <message>
            <source>Animated PNG</source>
            <translation>PNG 动画</translation>
        </message>
        <message>
            <source>Folder of PNG frames</source>
            <translation>PNG 帧文件夹</translation>
        </message>
        <message>
            <source>Good</source>
            <translation>良好</translation>
        </message>
        <message>
            <source>Best</source>
            <translation>最佳</translation>
        </message>
        <message>
            <source>Small file</source>
            <translation>小文件</translation>
        </message>
        <message>
            <source>As the model, {0} pixels</source>
            <translation>与模型相同，{0} 像素</translation>
        </message>
        <message>
            <source>{0} pixels</source>
            <translation>{0} 像素</translation>
        </message>
        <message>
            <source>Smile</source>
            <translation>微笑</translation>
        </message>
        <message>
            <source>Gender swap</source>
            <translation>性别转换</translation>
        </message>
        <message>
            <source>One slider, there and back</source>
            <translation>单个滑块往返</translation>
        </message>
        <message>
            <source>From this look to another</source>
            <translation>从此造型到另一造型</translation>
        </message>
        <message>
            <source>Through the kept looks</source>
            <translation>依次经过保留的造型</translation>
        </message>
        <message>
            <source>Walk through seeds</source>
            <translation>种子漫步</translation>
        </message>
        <message>
            <source>Style mixing</source>
            <translation>风格混合</translation>
        </message>
        <message>
            <source>Classes</source>
            <translation>类别数</translation>
        </message>
        <message>
            <source>Walk through classes</source>
            <translation>漫游各类别</translation>
        </message>
    </context>
    <context>
        <name>ClipPlayer</name>
        <message>
            <source>Preview of the clip</source>
            <translation>动画预览</translation>
        </message>
    </context>
    <context>
        <name>ClusterDialog</name>
        <message>
            <source>Train on several processes or machines</source>
            <translation>在多个进程或机器上训练</translation>
        </message>
        <message>
            <source>Each process has a GPU</source>
            <translation>每个进程有一块 GPU</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Machines</source>
            <translation>机器数</translation>
        </message>
        <message>
            <source>Processes on each machine</source>
            <translation>每台机器的进程数</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>Slurm script</source>
            <translation>Slurm 脚本</translation>
        </message>
        <message>
            <source>Processes on each</source>
            <translation>每台的进程数</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>All machines need this program, the pictures and the run folder under the same paths. The batch of the recipe is divided among {0} processes. If one fails, all start again from the last checkpoint. Open run shows it here meanwhile.</source>
            <translation>所有机器都需要在相同路径下有本程序、图片和训练文件夹。配方的批次由 {0} 个进程分担。若有一个失败，全部从最近的检查点重新开始。期间可用“打开训练”在此查看。</translation>
        </message>
    </context>
    <context>
        <name>DataCard</name>
        <message>
            <source>Reading the pictures</source>
            <translation>正在读取图片</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>A picture of the set</source>
            <translation>数据集中的一张图片</translation>
        </message>
        <message>
            <source>Left out, with reasons</source>
            <translation>被排除的文件及原因</translation>
        </message>
        <message>
            <source>The pictures were not read.</source>
            <translation>图片未读取。</translation>
        </message>
        <message>
            <source>Reading {0}…</source>
            <translation>正在读取 {0}…</translation>
        </message>
        <message>
            <source>{0} pictures: {1}</source>
            <translation>{0} 张图片：{1}</translation>
        </message>
        <message>
            <source>{0} pairs of label map and picture: {1}</source>
            <translation>{0} 对标签图与图片：{1}</translation>
        </message>
        <message>
            <source>, grey</source>
            <translation>，灰度</translation>
        </message>
        <message>
            <source>{0} are not square: both ends of the longer side are cut off</source>
            <translation>{0} 张不是正方形：长边两端会被裁掉</translation>
        </message>
        <message>
            <source>mirrored half the time</source>
            <translation>一半时间左右镜像</translation>
        </message>
        <message>
            <source>not mirrored</source>
            <translation>不镜像</translation>
        </message>
        <message>
            <source>{0} held out, never trained on</source>
            <translation>留出 {0} 张，从不用于训练</translation>
        </message>
        <message>
            <source>{0} repeat others</source>
            <translation>{0} 张重复</translation>
        </message>
        <message>
            <source>{0} are no pictures</source>
            <translation>{0} 个不是图片</translation>
        </message>
        <message>
            <source>{0} cannot be used:</source>
            <translation>{0} 张不能使用：</translation>
        </message>
        <message>
            <source>Left out: {0}</source>
            <translation>已排除：{0}</translation>
        </message>
        <message>
            <source>colours</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>class numbers</source>
            <translation>类别编号</translation>
        </message>
        <message>
            <source>label maps: {0}, {1} classes by {2}</source>
            <translation>标签图：{0}，{1} 个类别，按{2}区分</translation>
        </message>
        <message>
            <source>{0} stray values ({1} of the pixels) count as the nearest class</source>
            <translation>{0} 个零散值（占像素的 {1}）归入最接近的类别</translation>
        </message>
    </context>
    <context>
        <name>DetectorRow</name>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Face detector file</source>
            <translation>人脸检测器文件</translation>
        </message>
        <message>
            <source>YuNet's .onnx file, if you have one: it places the rings on the largest face of a photo. Needs OpenCV: pip install opencv-python-headless</source>
            <translation>YuNet 的 .onnx 文件（如果您有）：它会把圆环放到照片中最大的脸上。需要 OpenCV：pip install opencv-python-headless</translation>
        </message>
        <message>
            <source>Browse…</source>
            <translation>浏览…</translation>
        </message>
        <message>
            <source>Networks (*.onnx)</source>
            <translation>网络 (*.onnx)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
    </context>
    <context>
        <name>Direction</name>
        <message>
            <source>Gender</source>
            <translation>性别</translation>
        </message>
        <message>
            <source>Age</source>
            <translation>年龄</translation>
        </message>
        <message>
            <source>Smile</source>
            <translation>微笑</translation>
        </message>
        <message>
            <source>Mouth</source>
            <translation>嘴</translation>
        </message>
        <message>
            <source>Mouth open</source>
            <translation>张嘴</translation>
        </message>
        <message>
            <source>Eyes</source>
            <translation>眼睛</translation>
        </message>
        <message>
            <source>Glasses</source>
            <translation>眼镜</translation>
        </message>
        <message>
            <source>Beard</source>
            <translation>胡须</translation>
        </message>
        <message>
            <source>Lipstick</source>
            <translation>口红</translation>
        </message>
        <message>
            <source>Hair length</source>
            <translation>发长</translation>
        </message>
        <message>
            <source>Hair colour</source>
            <translation>发色</translation>
        </message>
        <message>
            <source>Skin tone</source>
            <translation>肤色</translation>
        </message>
        <message>
            <source>Turn</source>
            <translation>转头</translation>
        </message>
        <message>
            <source>Nod</source>
            <translation>点头</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>光照</translation>
        </message>
        <message>
            <source>Background</source>
            <translation>背景</translation>
        </message>
        <message>
            <source>Gaze</source>
            <translation>目光</translation>
        </message>
        <message>
            <source>Brows</source>
            <translation>眉毛</translation>
        </message>
        <message>
            <source>Hair curl</source>
            <translation>卷发</translation>
        </message>
        <message>
            <source>Hair grey</source>
            <translation>白发</translation>
        </message>
        <message>
            <source>Hair volume</source>
            <translation>发量</translation>
        </message>
        <message>
            <source>Fringe</source>
            <translation>刘海</translation>
        </message>
        <message>
            <source>Face width</source>
            <translation>脸宽</translation>
        </message>
        <message>
            <source>Eye size</source>
            <translation>眼睛大小</translation>
        </message>
        <message>
            <source>Head tilt</source>
            <translation>头部倾斜</translation>
        </message>
        <message>
            <source>Light warmth</source>
            <translation>光线冷暖</translation>
        </message>
        <message>
            <source>Clothing</source>
            <translation>服装</translation>
        </message>
        <message>
            <source>masculine</source>
            <translation>男性化</translation>
        </message>
        <message>
            <source>feminine</source>
            <translation>女性化</translation>
        </message>
        <message>
            <source>young</source>
            <translation>年轻</translation>
        </message>
        <message>
            <source>old</source>
            <translation>年老</translation>
        </message>
        <message>
            <source>serious</source>
            <translation>严肃</translation>
        </message>
        <message>
            <source>laughing</source>
            <translation>大笑</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>闭合</translation>
        </message>
        <message>
            <source>open</source>
            <translation>张开</translation>
        </message>
        <message>
            <source>wide open</source>
            <translation>睁大</translation>
        </message>
        <message>
            <source>without</source>
            <translation>无</translation>
        </message>
        <message>
            <source>with</source>
            <translation>有</translation>
        </message>
        <message>
            <source>shaven</source>
            <translation>剃净</translation>
        </message>
        <message>
            <source>full</source>
            <translation>浓密</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>strong</source>
            <translation>浓</translation>
        </message>
        <message>
            <source>short</source>
            <translation>短</translation>
        </message>
        <message>
            <source>long</source>
            <translation>长</translation>
        </message>
        <message>
            <source>dark</source>
            <translation>深</translation>
        </message>
        <message>
            <source>light</source>
            <translation>浅</translation>
        </message>
        <message>
            <source>blond</source>
            <translation>金黄</translation>
        </message>
        <message>
            <source>to the left</source>
            <translation>向左</translation>
        </message>
        <message>
            <source>to the right</source>
            <translation>向右</translation>
        </message>
        <message>
            <source>down</source>
            <translation>向下</translation>
        </message>
        <message>
            <source>up</source>
            <translation>向上</translation>
        </message>
        <message>
            <source>from the left</source>
            <translation>来自左侧</translation>
        </message>
        <message>
            <source>from the right</source>
            <translation>来自右侧</translation>
        </message>
        <message>
            <source>less</source>
            <translation>少</translation>
        </message>
        <message>
            <source>more</source>
            <translation>多</translation>
        </message>
    </context>
    <context>
        <name>DirectionsDialog</name>
        <message>
            <source>Import directions</source>
            <translation>导入方向</translation>
        </message>
        <message>
            <source>{0} does not say which space its directions are for.</source>
            <translation>{0} 没有说明其中的方向属于哪个空间。</translation>
        </message>
        <message>
            <source>{0} holds {1} rows of {2} numbers. What are they?</source>
            <translation>{0} 含有 {1} 行，每行 {2} 个数。它们是什么？</translation>
        </message>
        <message>
            <source>{0} is for {1} layers, and this model has another number.</source>
            <translation>{0} 用于 {1} 层的模型，而此模型的层数不同。</translation>
        </message>
        <message>
            <source>W, behind the mapping network</source>
            <translation>W，映射网络之后</translation>
        </message>
        <message>
            <source>Z, before it (turned into W)</source>
            <translation>Z，映射网络之前（将转换到 W）</translation>
        </message>
        <message>
            <source>Use its first {0} rows</source>
            <translation>使用它的前 {0} 行</translation>
        </message>
        <message>
            <source>Each column is a direction</source>
            <translation>每一列是一个方向</translation>
        </message>
        <message>
            <source>Each row is a direction</source>
            <translation>每一行是一个方向</translation>
        </message>
        <message>
            <source>One direction, a row for each of {0} layers</source>
            <translation>一个方向，{0} 个层各占一行</translation>
        </message>
        <message>
            <source>One direction for {0} layers; use the first {1} rows</source>
            <translation>一个用于 {0} 层的方向；取前 {1} 行</translation>
        </message>
    </context>
    <context>
        <name>DragBar</name>
        <message>
            <source>Progress of the drag</source>
            <translation>拖动的进度</translation>
        </message>
        <message>
            <source>Brush</source>
            <translation>画笔</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>清除</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Paint what may move; the rest of the picture shall stay. Keys [ and ]: size</source>
            <translation>涂出可以移动的部分；图片其余部分保持不变。按键 [ 和 ]：大小</translation>
        </message>
        <message>
            <source>Forget points and mask (Delete)</source>
            <translation>清除点和蒙版（Delete）</translation>
        </message>
        <message>
            <source>Stop where the points are now (Esc)</source>
            <translation>停在点当前的位置（Esc）</translation>
        </message>
        <message>
            <source>Put the handles away (Esc)</source>
            <translation>收起控制点（Esc）</translation>
        </message>
        <message>
            <source>Pull a point to where it shall go. Click points that shall stay; Shift: pull several at once.</source>
            <translation>把图片上的一点拖到它该去的地方。点击应保持不动的点；按住 Shift：一次拖多个点。</translation>
        </message>
        <message>
            <source>Paint what may move; right button: what shall stay.</source>
            <translation>涂出可以移动的部分；右键：应保持不动的部分。</translation>
        </message>
    </context>
    <context>
        <name>Dragger</name>
        <message>
            <source>The point did not get all the way: the model has no such pictures.</source>
            <translation>点没有到达目标：模型没有这样的图片。</translation>
        </message>
    </context>
    <context>
        <name>EmptyState</name>
        <message>
            <source>No model is open</source>
            <translation>尚未打开模型</translation>
        </message>
        <message>
            <source>Open a model, or drop one here. An exported picture brings its look back.</source>
            <translation>打开一个模型，或将文件拖到这里。导出的图片会带回它的造型。</translation>
        </message>
        <message>
            <source>Open…</source>
            <translation>打开…</translation>
        </message>
        <message>
            <source>Opening the model…</source>
            <translation>正在打开模型…</translation>
        </message>
        <message>
            <source>Get models…</source>
            <translation>获取模型…</translation>
        </message>
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>Export clip</source>
            <translation>导出动画</translation>
        </message>
        <message>
            <source>Progress of the export</source>
            <translation>导出进度</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Cancel export</source>
            <translation>取消导出</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>{0} frames, {1} seconds</source>
            <translation>{0} 帧，{1} 秒</translation>
        </message>
        <message>
            <source>about {0}</source>
            <translation>约 {0}</translation>
        </message>
    </context>
    <context>
        <name>FileFacts</name>
        <message>
            <source>About a file</source>
            <translation>关于文件</translation>
        </message>
        <message>
            <source>Another file…</source>
            <translation>其他文件…</translation>
        </message>
        <message>
            <source>Look into a model, directions, a session, an exported picture or clip</source>
            <translation>查看模型、方向、会话、导出的图片或动画</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Reading…</source>
            <translation>正在读取…</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>A model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Directions or other arrays, of another tool</source>
            <translation>其他工具的方向或数组</translation>
        </message>
        <message>
            <source>Directions of Ganvas, for one model</source>
            <translation>Ganvas 的方向，属于某一个模型</translation>
        </message>
        <message>
            <source>A session</source>
            <translation>会话</translation>
        </message>
        <message>
            <source>An exported picture, with its recipe</source>
            <translation>导出的图片，含配方</translation>
        </message>
        <message>
            <source>An exported clip, with its recipe</source>
            <translation>导出的动画，含配方</translation>
        </message>
        <message>
            <source>Family</source>
            <translation>家族</translation>
        </message>
        <message>
            <source>Layout</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>图片</translation>
        </message>
        <message>
            <source>{0} × {0} pixels, {1} channels</source>
            <translation>{0} × {0} 像素，{1} 个通道</translation>
        </message>
        <message>
            <source>z</source>
            <translation>z</translation>
        </message>
        <message>
            <source>{0} numbers</source>
            <translation>{0} 个数</translation>
        </message>
        <message>
            <source>w+</source>
            <translation>w+</translation>
        </message>
        <message>
            <source>{0} rows of {1} numbers</source>
            <translation>{0} 行，每行 {1} 个数</translation>
        </message>
        <message>
            <source>Classes</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>Classes of its label maps</source>
            <translation>标签图的类别</translation>
        </message>
        <message>
            <source>Controls</source>
            <translation>控件</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>规模</translation>
        </message>
        <message>
            <source>{0} layers, {1} parameters</source>
            <translation>{0} 层，{1} 个参数</translation>
        </message>
        <message>
            <source>Sliders</source>
            <translation>滑块</translation>
        </message>
        <message>
            <source>Ignored</source>
            <translation>已忽略</translation>
        </message>
        <message>
            <source>Assumed</source>
            <translation>假定</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Space</source>
            <translation>空间</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层数</translation>
        </message>
        <message>
            <source>Directions</source>
            <translation>方向</translation>
        </message>
        <message>
            <source>Arrays</source>
            <translation>数组</translation>
        </message>
        <message>
            <source>Looks</source>
            <translation>造型</translation>
        </message>
        <message>
            <source>Locked sliders</source>
            <translation>锁定的滑块</translation>
        </message>
        <message>
            <source>Length</source>
            <translation>长度</translation>
        </message>
        <message>
            <source>{0} s at {1} frames a second, {2} keyframes</source>
            <translation>{0} 秒，每秒 {1} 帧，{2} 个关键帧</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>种子</translation>
        </message>
        <message>
            <source>Truncation psi</source>
            <translation>截断 psi</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>On disk</source>
            <translation>磁盘占用</translation>
        </message>
        <message>
            <source>{0} MB</source>
            <translation>{0} MB</translation>
        </message>
        <message>
            <source>SHA-256</source>
            <translation>SHA-256</translation>
        </message>
    </context>
    <context>
        <name>FindDialog</name>
        <message>
            <source>Find sliders</source>
            <translation>查找滑块</translation>
        </message>
        <message>
            <source>Find</source>
            <translation>查找</translation>
        </message>
        <message>
            <source>Cancel search</source>
            <translation>取消查找</translation>
        </message>
        <message>
            <source>Save all…</source>
            <translation>全部保存…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>How directions are found</source>
            <translation>查找方向的方法</translation>
        </message>
        <message>
            <source>Principal components: the ways in which random pictures differ most.
Style layers: what the weights react to most, also for a part of the layers.
Style channels: single switches inside the model, which change little besides.
Labels: a table of yours says what pictures have, a slider for each column.</source>
            <translation>主成分：随机图片之间差异最大的方式。
风格层：权重反应最强烈的方向，也可只针对部分层。
风格通道：模型内部的单个开关，对其他方面影响很小。
标签：由您的表格说明图片的特点，每列一个滑块。</translation>
        </message>
        <message>
            <source>How many directions</source>
            <translation>方向数量</translation>
        </message>
        <message>
            <source>At most so many; those that change nothing, or the same, are left out</source>
            <translation>最多这么多个；不改变任何内容或效果相同的方向会被略去</translation>
        </message>
        <message>
            <source>Write all that are listed as a file for this model</source>
            <translation>把列出的全部方向写入属于此模型的文件</translation>
        </message>
        <message>
            <source>Progress of the search</source>
            <translation>查找进度</translation>
        </message>
        <message>
            <source>Labels: file names, then columns of numbers or two words</source>
            <translation>标签：先是文件名，然后是数字列或两个词的列</translation>
        </message>
        <message>
            <source>Tables (*.csv)</source>
            <translation>表格 (*.csv)</translation>
        </message>
        <message>
            <source>The folder of the pictures that it names</source>
            <translation>表中图片所在的文件夹</translation>
        </message>
        <message>
            <source>Principal components (PCA)</source>
            <translation>主成分 (PCA)</translation>
        </message>
        <message>
            <source>Style layers (SeFa)</source>
            <translation>风格层 (SeFa)</translation>
        </message>
        <message>
            <source>Style channels (StyleSpace)</source>
            <translation>风格通道（StyleSpace）</translation>
        </message>
        <message>
            <source>Labels of pictures (CSV)…</source>
            <translation>图片的标签（CSV）…</translation>
        </message>
        <message>
            <source>{0} found. Strips show the look at −2, 0 and +2; what changes most is first.</source>
            <translation>找到 {0} 个。图片条显示当前造型在 −2、0 和 +2 时的样子；变化最大的排在最前。</translation>
        </message>
        <message>
            <source>Ganvas looks for directions in this model that nobody named yet: press Find, then name those that mean something and pin them as sliders.</source>
            <translation>Ganvas 会在此模型中寻找尚未命名的方向：按“查找”，然后为有意义的方向命名，并固定为滑块。</translation>
        </message>
        <message>
            <source>The open model has no latent space that can be searched.</source>
            <translation>打开的模型没有可供查找的潜在空间。</translation>
        </message>
        <message>
            <source>Save directions</source>
            <translation>保存方向</translation>
        </message>
        <message>
            <source>Directions of Ganvas (*.safetensors)</source>
            <translation>Ganvas 方向 (*.safetensors)</translation>
        </message>
    </context>
    <context>
        <name>Finder</name>
        <message>
            <source>Saved {0}</source>
            <translation>已保存 {0}</translation>
        </message>
    </context>
    <context>
        <name>Fonts</name>
        <message>
            <source>Ganvas speaks Chinese once this system has a font for it; install {0}.</source>
            <translation>系统有中文字体后 Ganvas 才能显示中文；请安装 {0}。</translation>
        </message>
    </context>
    <context>
        <name>FoundRow</name>
        <message>
            <source>Before: −2</source>
            <translation>之前：−2</translation>
        </message>
        <message>
            <source>As it is: 0</source>
            <translation>当前：0</translation>
        </message>
        <message>
            <source>After: +2</source>
            <translation>之后：+2</translation>
        </message>
        <message>
            <source>Name of the slider</source>
            <translation>滑块名称</translation>
        </message>
        <message>
            <source>What it does, as you see it</source>
            <translation>按你所见，它的作用</translation>
        </message>
        <message>
            <source>First layer</source>
            <translation>第一层</translation>
        </message>
        <message>
            <source>Last layer</source>
            <translation>最后一层</translation>
        </message>
        <message>
            <source>Pin as slider</source>
            <translation>固定为滑块</translation>
        </message>
        <message>
            <source>Discard</source>
            <translation>丢弃</translation>
        </message>
        <message>
            <source>Early layers are pose and shape, late ones colour and texture</source>
            <translation>靠前的层决定姿态与形状，靠后的层决定颜色与纹理</translation>
        </message>
        <message>
            <source>From {0} pictures · guesses {1} to {2} % of new ones right</source>
            <translation>来自 {0} 张图片 · 对新图片猜对 {1} 到 {2} %</translation>
        </message>
        <message>
            <source>Changes pictures by {0} % · {1} % of all variation</source>
            <translation>图片变化 {0} % · 占全部变化的 {1} %</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层</translation>
        </message>
        <message>
            <source>Pinned</source>
            <translation>已固定</translation>
        </message>
    </context>
    <context>
        <name>GalleryStrip</name>
        <message>
            <source>Looks to start from</source>
            <translation>起始造型</translation>
        </message>
    </context>
    <context>
        <name>HandleLayer</name>
        <message>
            <source>Picture with points to drag</source>
            <translation>可拖动点的图片</translation>
        </message>
    </context>
    <context>
        <name>ImportedPanel</name>
        <message>
            <source>Imported and found</source>
            <translation>导入与找到的方向</translation>
        </message>
        <message>
            <source>Import more directions</source>
            <translation>导入更多方向</translation>
        </message>
        <message>
            <source>Save these directions as a file of this model</source>
            <translation>将这些方向保存为此模型的文件</translation>
        </message>
        <message>
            <source>Rename or remove it</source>
            <translation>重命名或移除</translation>
        </message>
        <message>
            <source>{0}: rename or remove</source>
            <translation>{0}：重命名或移除</translation>
        </message>
        <message>
            <source>Rename…</source>
            <translation>重命名…</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>What is it called?</source>
            <translation>它叫什么？</translation>
        </message>
        <message>
            <source>Directions (*.npy *.npz *.pt *.pkl *.safetensors)</source>
            <translation>方向 (*.npy *.npz *.pt *.pkl *.safetensors)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Import directions</source>
            <translation>导入方向</translation>
        </message>
        <message>
            <source>Save directions</source>
            <translation>保存方向</translation>
        </message>
        <message>
            <source>Directions of Ganvas (*.safetensors)</source>
            <translation>Ganvas 方向 (*.safetensors)</translation>
        </message>
    </context>
    <context>
        <name>Imports</name>
        <message>
            <source>{0} of {1} directions imported from {2}</source>
            <translation>已从 {2} 导入 {1} 个方向中的 {0} 个</translation>
        </message>
        <message>
            <source>{0} is a slider now</source>
            <translation>{0} 现在是滑块了</translation>
        </message>
        <message>
            <source>Saved {0}</source>
            <translation>已保存 {0}</translation>
        </message>
    </context>
    <context>
        <name>KeepIdentity</name>
        <message>
            <source>Keep identity</source>
            <translation>保持身份</translation>
        </message>
        <message>
            <source>Keep identity: whatever the sliders change, it stays the same person.
Each loses the part of its step that makes someone else. One that is all about the person, such as hair or skin, hardly moves then.</source>
            <translation>保持身份：无论滑块改变什么，人物始终是同一个人。
每个滑块都去掉让人变成别人的那部分步长；本身就属于人物特征的滑块（如头发、肤色）此时几乎不起作用。</translation>
        </message>
    </context>
    <context>
        <name>Label</name>
        <message>
            <source>sky</source>
            <translation>天空</translation>
        </message>
        <message>
            <source>cloud</source>
            <translation>云</translation>
        </message>
        <message>
            <source>sun</source>
            <translation>太阳</translation>
        </message>
        <message>
            <source>mountain</source>
            <translation>山</translation>
        </message>
        <message>
            <source>snow</source>
            <translation>雪</translation>
        </message>
        <message>
            <source>hill</source>
            <translation>丘陵</translation>
        </message>
        <message>
            <source>tree</source>
            <translation>树</translation>
        </message>
        <message>
            <source>bush</source>
            <translation>灌木</translation>
        </message>
        <message>
            <source>grass</source>
            <translation>草地</translation>
        </message>
        <message>
            <source>flowers</source>
            <translation>花</translation>
        </message>
        <message>
            <source>sand</source>
            <translation>沙</translation>
        </message>
        <message>
            <source>rock</source>
            <translation>岩石</translation>
        </message>
        <message>
            <source>road</source>
            <translation>道路</translation>
        </message>
        <message>
            <source>water</source>
            <translation>水</translation>
        </message>
    </context>
    <context>
        <name>LabelsPanel</name>
        <message>
            <source>Labels</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>Search labels</source>
            <translation>搜索标签</translation>
        </message>
        <message>
            <source>Exchange the two (X)</source>
            <translation>互换两者 (X)</translation>
        </message>
        <message>
            <source>Paint</source>
            <translation>绘制</translation>
        </message>
        <message>
            <source>Eraser</source>
            <translation>橡皮</translation>
        </message>
        <message>
            <source>{0} (number {1}); right click: the eraser's label</source>
            <translation>{0}（编号 {1}）；右键单击：作为橡皮的标签</translation>
        </message>
        <message>
            <source>class {0}</source>
            <translation>类别 {0}</translation>
        </message>
    </context>
    <context>
        <name>LatentPanel</name>
        <message>
            <source>Truncation</source>
            <translation>截断</translation>
        </message>
        <message>
            <source>Psi</source>
            <translation>Psi</translation>
        </message>
        <message>
            <source>0 is the average picture; towards 1 pictures vary more and fail more often</source>
            <translation>0 为平均图片；越接近 1，变化越多，失败也越多</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层数</translation>
        </message>
        <message>
            <source>Noise</source>
            <translation>噪声</translation>
        </message>
        <message>
            <source>Noise mode</source>
            <translation>噪声模式</translation>
        </message>
        <message>
            <source>Constant</source>
            <translation>固定</translation>
        </message>
        <message>
            <source>Random</source>
            <translation>随机</translation>
        </message>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Noise seed</source>
            <translation>噪声种子</translation>
        </message>
        <message>
            <source>Mode</source>
            <translation>模式</translation>
        </message>
        <message>
            <source>How many layers, from the coarsest, psi acts on</source>
            <translation>psi 作用于从最粗层起的多少层</translation>
        </message>
    </context>
    <context>
        <name>LayerRange</name>
        <message>
            <source>{0}: first layer</source>
            <translation>{0}：起始层</translation>
        </message>
        <message>
            <source>{0}: last layer</source>
            <translation>{0}：结束层</translation>
        </message>
        <message>
            <source>Layers work from coarse (pose, shape) to fine (colour, texture). Fewer layers change less besides.</source>
            <translation>层由粗（姿态、形状）到细（颜色、质感）。层越少，对其他方面的影响越小。</translation>
        </message>
        <message>
            <source>The layers that it was made for</source>
            <translation>恢复其原有的层</translation>
        </message>
        <message>
            <source>{0}: reset layers</source>
            <translation>{0}：重置层</translation>
        </message>
        <message>
            <source>on layers</source>
            <translation>作用层</translation>
        </message>
        <message>
            <source>{0} to {1} pixels</source>
            <translation>{0} 至 {1} 像素</translation>
        </message>
    </context>
    <context>
        <name>LibraryDialog</name>
        <message>
            <source>Get models</source>
            <translation>获取模型</translation>
        </message>
        <message>
            <source>Change…</source>
            <translation>更改…</translation>
        </message>
        <message>
            <source>The folder that models are downloaded into</source>
            <translation>模型下载到的文件夹</translation>
        </message>
        <message>
            <source>Cancel download</source>
            <translation>取消下载</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>种类</translation>
        </message>
        <message>
            <source>Pixels</source>
            <translation>像素</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Models that can be downloaded</source>
            <translation>可下载的模型</translation>
        </message>
        <message>
            <source>Progress of the download</source>
            <translation>下载进度</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>Folder for models</source>
            <translation>模型文件夹</translation>
        </message>
        <message>
            <source>{0} of {1} MB</source>
            <translation>{0} / {1} MB</translation>
        </message>
        <message>
            <source>downloaded</source>
            <translation>已下载</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Download and open</source>
            <translation>下载并打开</translation>
        </message>
        <message>
            <source>The owner's licence is the &lt;a href='{0}'&gt;{1}&lt;/a&gt;. Read it before you download: it says what you may do with the model and its pictures. &lt;a href='{2}'&gt;About it&lt;/a&gt;</source>
            <translation>所有者的许可证是 &lt;a href='{0}'&gt;{1}&lt;/a&gt;。请在下载前阅读：它说明您可以如何使用该模型及其图片。&lt;a href='{2}'&gt;关于此模型&lt;/a&gt;</translation>
        </message>
    </context>
    <context>
        <name>LooksPanel</name>
        <message>
            <source>Keep this look (Ctrl+K)</source>
            <translation>保留此造型 (Ctrl+K)</translation>
        </message>
        <message>
            <source>Keep a look (Ctrl+K) to return to it, morph to it, or make a clip of looks.</source>
            <translation>保留造型 (Ctrl+K)，以便随时返回、渐变过去，或制作造型动画。</translation>
        </message>
        <message>
            <source>Gallery</source>
            <translation>画廊</translation>
        </message>
        <message>
            <source>Looks to start from, which came with the model</source>
            <translation>随模型提供的起始造型</translation>
        </message>
        <message>
            <source>Morph</source>
            <translation>渐变</translation>
        </message>
        <message>
            <source>End the morph here</source>
            <translation>在此结束渐变</translation>
        </message>
        <message>
            <source>Kept looks</source>
            <translation>保留的造型</translation>
        </message>
        <message>
            <source>Looks</source>
            <translation>造型</translation>
        </message>
        <message>
            <source>{0}: click to return to it</source>
            <translation>{0}：点击返回</translation>
        </message>
        <message>
            <source>Return to it</source>
            <translation>返回此造型</translation>
        </message>
        <message>
            <source>Morph to it</source>
            <translation>渐变到此造型</translation>
        </message>
        <message>
            <source>Move left</source>
            <translation>左移</translation>
        </message>
        <message>
            <source>Move right</source>
            <translation>右移</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <source>To {0}</source>
            <translation>到 {0}</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Seeds and mixing</source>
            <translation>种子与混合</translation>
        </message>
        <message>
            <source>Sliders</source>
            <translation>滑块</translation>
        </message>
        <message>
            <source>Looks</source>
            <translation>造型</translation>
        </message>
        <message>
            <source>Sessions, models and exported pictures (*.ganvas *.safetensors *.pkl *.pt *.pth *.png *.gif *.webp *.mp4)</source>
            <translation>会话、模型和导出的图片 (*.ganvas *.safetensors *.pkl *.pt *.pth *.png *.gif *.webp *.mp4)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Save picture</source>
            <translation>保存图片</translation>
        </message>
        <message>
            <source>PNG with its recipe (*.png)</source>
            <translation>含配方的 PNG (*.png)</translation>
        </message>
        <message>
            <source>Picture copied; pasting it here brings the look back</source>
            <translation>图片已复制；粘贴到这里即可恢复造型</translation>
        </message>
        <message>
            <source>The copied picture</source>
            <translation>复制的图片</translation>
        </message>
        <message>
            <source>There is no look to paste. Copy a picture here, or an exported file.</source>
            <translation>没有可粘贴的造型。请先在此复制图片，或复制一个导出的文件。</translation>
        </message>
        <message>
            <source>The language changes when Ganvas is started again.</source>
            <translation>语言将在重新启动 Ganvas 后更改。</translation>
        </message>
        <message>
            <source>Drop a file that is on this computer.</source>
            <translation>请拖放本机上的文件。</translation>
        </message>
        <message>
            <source>&amp;Performance</source>
            <translation>性能(&amp;P)</translation>
        </message>
    </context>
    <context>
        <name>MapDialog</name>
        <message>
            <source>Unknown colours</source>
            <translation>未知颜色</translation>
        </message>
        <message>
            <source>{0} has {1} colours that are not in the legend. Which labels do they mean? The nearest ones are chosen.</source>
            <translation>{0} 中有 {1} 种颜色不在图例中。它们代表哪些标签？已选最接近的。</translation>
        </message>
        <message>
            <source>The {0} rarer ones take the nearest labels.</source>
            <translation>其余 {0} 种较少的颜色取最接近的标签。</translation>
        </message>
        <message>
            <source>Use the map</source>
            <translation>使用此图</translation>
        </message>
        <message>
            <source>{0}, {1} % of the map</source>
            <translation>{0}，占全图 {1} %</translation>
        </message>
    </context>
    <context>
        <name>Maps</name>
        <message>
            <source>{0}, read as class numbers</source>
            <translation>{0}，按类别编号读取</translation>
        </message>
        <message>
            <source>{0}, read as the legend's colours</source>
            <translation>{0}，按图例颜色读取</translation>
        </message>
        <message>
            <source>{0} stretched to {1}, nearest pixels</source>
            <translation>{0} 拉伸为 {1}，取最近像素</translation>
        </message>
        <message>
            <source>{0} resized to {1}, nearest pixels</source>
            <translation>{0} 缩放为 {1}，取最近像素</translation>
        </message>
        <message>
            <source>transparent pixels became label 0</source>
            <translation>透明像素成为标签 0</translation>
        </message>
        <message>
            <source>it holds one label only</source>
            <translation>其中只有一个标签</translation>
        </message>
        <message>
            <source>Saved {0}</source>
            <translation>已保存 {0}</translation>
        </message>
        <message>
            <source>Style taken from {0}</source>
            <translation>已取用 {0} 的风格</translation>
        </message>
        <message>
            <source>the left half of each picture</source>
            <translation>每张图片的左半边</translation>
        </message>
        <message>
            <source>the right half of each picture</source>
            <translation>每张图片的右半边</translation>
        </message>
    </context>
    <context>
        <name>MarkView</name>
        <message>
            <source>Pictures to mark as more or less</source>
            <translation>要标记为更多或更少的图片</translation>
        </message>
    </context>
    <context>
        <name>MessageStrip</name>
        <message>
            <source>Close the message</source>
            <translation>关闭消息</translation>
        </message>
    </context>
    <context>
        <name>MixingPanel</name>
        <message>
            <source>Style mixing</source>
            <translation>风格混合</translation>
        </message>
        <message>
            <source>Picture of seed B</source>
            <translation>种子 B 的图片</translation>
        </message>
        <message>
            <source>Seed B</source>
            <translation>种子 B</translation>
        </message>
        <message>
            <source>Coarse</source>
            <translation>粗</translation>
        </message>
        <message>
            <source>Pose, shape of face and hair</source>
            <translation>姿态、脸型与发型轮廓</translation>
        </message>
        <message>
            <source>Middle</source>
            <translation>中</translation>
        </message>
        <message>
            <source>Features, expression, hair style</source>
            <translation>五官、表情、发式</translation>
        </message>
        <message>
            <source>Fine</source>
            <translation>细</translation>
        </message>
        <message>
            <source>Colours, light, texture</source>
            <translation>颜色、光照、纹理</translation>
        </message>
        <message>
            <source>All</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>All layers from seed B</source>
            <translation>所有层取自种子 B</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>清除</translation>
        </message>
        <message>
            <source>Nothing from seed B</source>
            <translation>不取种子 B</translation>
        </message>
        <message>
            <source>Mix: {0}</source>
            <translation>混合：{0}</translation>
        </message>
        <message>
            <source>Mix of layer {0}</source>
            <translation>第 {0} 层的混合</translation>
        </message>
        <message>
            <source>Layer {0}, which acts at {1} pixels</source>
            <translation>第 {0} 层，作用于 {1} 像素</translation>
        </message>
        <message>
            <source>Class B</source>
            <translation>类别 B</translation>
        </message>
    </context>
    <context>
        <name>MotionPanel</name>
        <message>
            <source>Move and turn</source>
            <translation>移动与旋转</translation>
        </message>
        <message>
            <source>Put the picture back where it was</source>
            <translation>把图片放回原处</translation>
        </message>
        <message>
            <source>Right</source>
            <translation>向右</translation>
        </message>
        <message>
            <source>Down</source>
            <translation>向下</translation>
        </message>
        <message>
            <source>Angle</source>
            <translation>角度</translation>
        </message>
        <message>
            <source>Moves what is shown to the right, in widths of the picture</source>
            <translation>将画面内容向右移动，以图片宽度为单位</translation>
        </message>
        <message>
            <source>Moves what is shown down, in widths of the picture</source>
            <translation>将画面内容向下移动，以图片宽度为单位</translation>
        </message>
        <message>
            <source>Turns what is shown anticlockwise, in degrees</source>
            <translation>将画面内容逆时针旋转，以度为单位</translation>
        </message>
    </context>
    <context>
        <name>NewTraining</name>
        <message>
            <source>New training</source>
            <translation>新建训练</translation>
        </message>
        <message>
            <source>Other machines…</source>
            <translation>其他机器…</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>开始</translation>
        </message>
        <message>
            <source>Portraits (drawn by Ganvas)</source>
            <translation>人像（由 Ganvas 绘制）</translation>
        </message>
        <message>
            <source>Landscapes (drawn by Ganvas)</source>
            <translation>风景（由 Ganvas 绘制）</translation>
        </message>
        <message>
            <source>Landscapes, all in one light</source>
            <translation>风景，同一种光线</translation>
        </message>
        <message>
            <source>Left half of each picture</source>
            <translation>每张图片的左半边</translation>
        </message>
        <message>
            <source>Right half of each picture</source>
            <translation>每张图片的右半边</translation>
        </message>
        <message>
            <source>Pictures of classes, one flat colour or number each, with the names of the pictures that they belong to: recipes that paint learn from both</source>
            <translation>表示类别的图片，每个类别一种纯色或一个编号，文件名与所属图片相同：用于绘制的配方同时从两者学习</translation>
        </message>
        <message>
            <source>hours</source>
            <translation>小时</translation>
        </message>
        <message>
            <source>thousand pictures (kimg)</source>
            <translation>千张图片（kimg）</translation>
        </message>
        <message>
            <source>A time is turned into pictures by twenty steps that are measured first</source>
            <translation>先测量二十步，再把时间换算成图片数</translation>
        </message>
        <message>
            <source>Pictures</source>
            <translation>图片</translation>
        </message>
        <message>
            <source>Label maps</source>
            <translation>标签图</translation>
        </message>
        <message>
            <source>Recipe</source>
            <translation>配方</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>规模</translation>
        </message>
        <message>
            <source>How long</source>
            <translation>时长</translation>
        </message>
        <message>
            <source>Unit of the length</source>
            <translation>时长单位</translation>
        </message>
        <message>
            <source>Run folder</source>
            <translation>训练文件夹</translation>
        </message>
        <message>
            <source>Folder…</source>
            <translation>文件夹…</translation>
        </message>
        <message>
            <source>File…</source>
            <translation>文件…</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Begins with</source>
            <translation>起点</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>The same run as a command for several processes or machines, and for Slurm</source>
            <translation>以命令形式给出同一训练，用于多个进程或机器以及 Slurm</translation>
        </message>
        <message>
            <source>Drawn by the program's own renderer before the start: no download.</source>
            <translation>开始前由程序自带的渲染器绘制，无需下载。</translation>
        </message>
        <message>
            <source>Looked for among the pictures</source>
            <translation>在图片中查找</translation>
        </message>
        <message>
            <source>Found: {0}</source>
            <translation>已找到：{0}</translation>
        </message>
        <message>
            <source>None found</source>
            <translation>未找到</translation>
        </message>
        <message>
            <source>This recipe learns from pairs of a label map and a picture, and these pictures have no label maps: put both into folders maps and pictures, or side by side into each file, or choose the folder of the maps above</source>
            <translation>此配方从成对的标签图和图片学习，而这些图片没有标签图：请将两者放入 maps 和 pictures 文件夹，或并排放在每个文件中，或在上方选择标签图文件夹</translation>
        </message>
        <message>
            <source>As the recipe: {0} px</source>
            <translation>按配方：{0} 像素</translation>
        </message>
        <message>
            <source>Folder of pictures</source>
            <translation>图片文件夹</translation>
        </message>
        <message>
            <source>Pictures in one file (*.zip *.npz)</source>
            <translation>单个文件中的图片 (*.zip *.npz)</translation>
        </message>
        <message>
            <source>Folder of label maps</source>
            <translation>标签图文件夹</translation>
        </message>
        <message>
            <source>Keep runs in</source>
            <translation>训练保存在</translation>
        </message>
        <message>
            <source>Fork</source>
            <translation>分叉</translation>
        </message>
        <message>
            <source>{0}, whose discriminator begins anew</source>
            <translation>{0}，其判别器从头开始</translation>
        </message>
        <message>
            <source>{0} at {1} kimg, with its settings</source>
            <translation>{0}，{1} kimg 处，沿用其设置</translation>
        </message>
    </context>
    <context>
        <name>PaintCommands</name>
        <message>
            <source>Open map…</source>
            <translation>打开标签图…</translation>
        </message>
        <message>
            <source>Random map</source>
            <translation>随机标签图</translation>
        </message>
        <message>
            <source>Fill all with the label</source>
            <translation>用此标签填满</translation>
        </message>
        <message>
            <source>Save map as class numbers…</source>
            <translation>把标签图存为类别编号…</translation>
        </message>
        <message>
            <source>Save map in colours…</source>
            <translation>把标签图存为颜色…</translation>
        </message>
        <message>
            <source>Save picture and map…</source>
            <translation>保存画面和标签图…</translation>
        </message>
        <message>
            <source>Open label map</source>
            <translation>打开标签图</translation>
        </message>
        <message>
            <source>Label maps (*.png *.bmp *.tif *.tiff)</source>
            <translation>标签图 (*.png *.bmp *.tif *.tiff)</translation>
        </message>
        <message>
            <source>Save picture and map</source>
            <translation>保存画面和标签图</translation>
        </message>
        <message>
            <source>Save label map</source>
            <translation>保存标签图</translation>
        </message>
        <message>
            <source>PNG (*.png)</source>
            <translation>PNG (*.png)</translation>
        </message>
    </context>
    <context>
        <name>PaintPage</name>
        <message>
            <source>Choose a label on the left and drag on the map or the picture</source>
            <translation>在左侧选一个标签，然后在标签图或画面上拖动</translation>
        </message>
        <message>
            <source>Drag to leave the eraser's label</source>
            <translation>拖动以留下橡皮的标签</translation>
        </message>
        <message>
            <source>Drag from one end to the other</source>
            <translation>从一端拖到另一端</translation>
        </message>
        <message>
            <source>Drag from corner to corner</source>
            <translation>从一角拖到对角</translation>
        </message>
        <message>
            <source>Click corners; click the last one twice to close it, Esc gives up</source>
            <translation>依次单击各个角；在最后一个角上再单击一次即闭合，Esc 放弃</translation>
        </message>
        <message>
            <source>Click an area to fill it with the label</source>
            <translation>单击一个区域，用标签填充</translation>
        </message>
        <message>
            <source>Click a label to turn all of it into yours</source>
            <translation>单击一个标签，把它全部换成你的标签</translation>
        </message>
        <message>
            <source>Click the label that you want to paint with</source>
            <translation>单击想用来绘制的标签</translation>
        </message>
        <message>
            <source>wheel or [ ]: size · Ctrl+wheel: zoom · Space and drag: move · right click: take label</source>
            <translation>滚轮或 [ ]：大小 · Ctrl+滚轮：缩放 · 空格加拖动：移动 · 右键：取标签</translation>
        </message>
    </context>
    <context>
        <name>PaintView</name>
        <message>
            <source>Label map and picture</source>
            <translation>标签图与画面</translation>
        </message>
    </context>
    <context>
        <name>ParentCard</name>
        <message>
            <source>What is shown in the window, or a look that you kept</source>
            <translation>窗口中显示的画面，或你保留的造型</translation>
        </message>
        <message>
            <source>A random seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>What is shown now</source>
            <translation>当前显示的画面</translation>
        </message>
    </context>
    <context>
        <name>PerformancePanel</name>
        <message>
            <source>Mapping</source>
            <translation>映射网络</translation>
        </message>
        <message>
            <source>Styles</source>
            <translation>风格</translation>
        </message>
        <message>
            <source>Blocks</source>
            <translation>各合成块</translation>
        </message>
        <message>
            <source>Conversion</source>
            <translation>转换</translation>
        </message>
        <message>
            <source>Painting</source>
            <translation>绘制</translation>
        </message>
        <message>
            <source>Together</source>
            <translation>合计</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>尺寸</translation>
        </message>
        <message>
            <source>Precision</source>
            <translation>精度</translation>
        </message>
        <message>
            <source>Blocks kept</source>
            <translation>沿用的块</translation>
        </message>
        <message>
            <source>Performance</source>
            <translation>性能</translation>
        </message>
        <message>
            <source>Milliseconds</source>
            <translation>毫秒</translation>
        </message>
        <message>
            <source>Draft</source>
            <translation>草稿</translation>
        </message>
        <message>
            <source>Full</source>
            <translation>完整</translation>
        </message>
        <message>
            <source>Pictures per second</source>
            <translation>每秒图像数</translation>
        </message>
        <message>
            <source>Kept blocks</source>
            <translation>已保留的块</translation>
        </message>
        <message>
            <source>Memory</source>
            <translation>内存</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>{0} of {1} MB</source>
            <translation>{0} / {1} MB</translation>
        </message>
        <message>
            <source>{0} MB</source>
            <translation>{0} MB</translation>
        </message>
    </context>
    <context>
        <name>PhotoCommands</name>
        <message>
            <source>Photo and look, compared</source>
            <translation>照片与造型的比较</translation>
        </message>
        <message>
            <source>Look</source>
            <translation>造型</translation>
        </message>
    </context>
    <context>
        <name>PhotoDialog</name>
        <message>
            <source>Project photo</source>
            <translation>投影照片</translation>
        </message>
        <message>
            <source>Photos ({0})</source>
            <translation>照片 ({0})</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Project {0}</source>
            <translation>投影 {0}</translation>
        </message>
        <message>
            <source>Save film</source>
            <translation>保存影片</translation>
        </message>
        <message>
            <source>Models of Ganvas (*.safetensors)</source>
            <translation>Ganvas 模型 (*.safetensors)</translation>
        </message>
        <message>
            <source>Save tuned model</source>
            <translation>保存微调模型</translation>
        </message>
    </context>
    <context>
        <name>Photos</name>
        <message>
            <source>Look</source>
            <translation>造型</translation>
        </message>
        <message>
            <source>Seed {0}</source>
            <translation>种子 {0}</translation>
        </message>
    </context>
    <context>
        <name>PictureList</name>
        <message>
            <source>more</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>less</source>
            <translation>更少</translation>
        </message>
        <message>
            <source>not marked</source>
            <translation>未标记</translation>
        </message>
        <message>
            <source>Seed {0}: {1}</source>
            <translation>种子 {0}：{1}</translation>
        </message>
    </context>
    <context>
        <name>Preferences</name>
        <message>
            <source>Preferences</source>
            <translation>首选项</translation>
        </message>
        <message>
            <source> ms</source>
            <translation> 毫秒</translation>
        </message>
        <message>
            <source> MB</source>
            <translation> MB</translation>
        </message>
        <message>
            <source>The fastest</source>
            <translation>最快的设备</translation>
        </message>
        <message>
            <source>Processor</source>
            <translation>处理器</translation>
        </message>
        <message>
            <source>NVIDIA GPU</source>
            <translation>NVIDIA 显卡</translation>
        </message>
        <message>
            <source>Apple GPU</source>
            <translation>Apple 显卡</translation>
        </message>
        <message>
            <source>Exact</source>
            <translation>精确</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>均衡</translation>
        </message>
        <message>
            <source>Fast</source>
            <translation>快速</translation>
        </message>
        <message>
            <source>What computes the pictures. The open model moves there.</source>
            <translation>由什么来计算图像。已打开的模型会移到那里。</translation>
        </message>
        <message>
            <source>Exact: float32 always. Balanced: drafts in 16 bits where that is quicker here, full pictures in float32. Fast: everything in 16 bits, a level or two off.</source>
            <translation>精确：始终使用 float32。均衡：若本机用 16 位数更快，则草稿用它，完整图像用 float32。快速：全部使用 16 位数，误差约一两个灰阶。</translation>
        </message>
        <message>
            <source>While a slider moves, pictures are as large as this time allows.</source>
            <translation>移动滑块时，图像尺寸以此时间能画完为限。</translation>
        </message>
        <message>
            <source>Memory for parts of pictures that need not be computed again.</source>
            <translation>用于保留无需重新计算的图像部分的内存。</translation>
        </message>
        <message>
            <source>&amp;Device</source>
            <translation>设备(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Precision</source>
            <translation>精度(&amp;P)</translation>
        </message>
        <message>
            <source>Time of a d&amp;raft</source>
            <translation>草稿用时(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Kept blocks</source>
            <translation>保留的块(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Face detector</source>
            <translation>人脸检测器(&amp;F)</translation>
        </message>
        <message>
            <source>Numbers of 16 bits have not been measured on this machine yet.</source>
            <translation>尚未在本机上测量 16 位数的速度。</translation>
        </message>
        <message>
            <source>Numbers of 16 bits are no faster on this machine: everything is drawn in float32.</source>
            <translation>本机上 16 位数并不更快：一律用 float32 绘制。</translation>
        </message>
        <message>
            <source>Measured here: numbers of 16 bits are {0} times as fast as float32.</source>
            <translation>本机实测：16 位数的计算速度是 float32 的 {0} 倍。</translation>
        </message>
    </context>
    <context>
        <name>ProjectPage</name>
        <message>
            <source>The photo</source>
            <translation>照片</translation>
        </message>
        <message>
            <source>The best so far</source>
            <translation>目前最佳</translation>
        </message>
        <message>
            <source>Difference</source>
            <translation>差异</translation>
        </message>
        <message>
            <source>Stop here, keep the best</source>
            <translation>在此停止，保留最佳</translation>
        </message>
        <message>
            <source>Back to the crop</source>
            <translation>返回裁剪</translation>
        </message>
        <message>
            <source>Save film…</source>
            <translation>保存影片…</translation>
        </message>
        <message>
            <source>Save tuned model…</source>
            <translation>保存微调模型…</translation>
        </message>
        <message>
            <source>Compare in the window</source>
            <translation>在窗口中比较</translation>
        </message>
        <message>
            <source>Smile clip</source>
            <translation>微笑动画</translation>
        </message>
        <message>
            <source>Gender swap clip</source>
            <translation>性别转换动画</translation>
        </message>
        <message>
            <source>The way of the search</source>
            <translation>搜索过程</translation>
        </message>
        <message>
            <source>Progress of the search</source>
            <translation>查找进度</translation>
        </message>
        <message>
            <source>Click to show a state of the search in the window</source>
            <translation>单击即在窗口中显示搜索的某个状态</translation>
        </message>
        <message>
            <source>The way of the search as MP4, GIF, WebP or APNG</source>
            <translation>把搜索过程存为 MP4、GIF、WebP 或 APNG</translation>
        </message>
        <message>
            <source>Write the copy that learned this photo as a model file, and open it</source>
            <translation>把学习了这张照片的副本写成模型文件并打开</translation>
        </message>
        <message>
            <source>Lay photo and look over each other, with a divider</source>
            <translation>把照片与造型叠放，用分隔线比较</translation>
        </message>
        <message>
            <source>Photo</source>
            <translation>照片</translation>
        </message>
        <message>
            <source>Look</source>
            <translation>造型</translation>
        </message>
        <message>
            <source>Difference, doubled</source>
            <translation>差异（放大两倍）</translation>
        </message>
        <message>
            <source>Cutting the photo…</source>
            <translation>正在裁剪照片…</translation>
        </message>
        <message>
            <source>Nothing was found yet.</source>
            <translation>尚未找到结果。</translation>
        </message>
        <message>
            <source>Looking for a place to begin</source>
            <translation>正在寻找起点</translation>
        </message>
        <message>
            <source>Searching W</source>
            <translation>正在搜索 W</translation>
        </message>
        <message>
            <source>Searching W+, layer by layer</source>
            <translation>正在逐层搜索 W+</translation>
        </message>
        <message>
            <source>Searching Z</source>
            <translation>正在搜索 Z</translation>
        </message>
        <message>
            <source>Tuning a copy of the model</source>
            <translation>正在微调模型副本</translation>
        </message>
        <message>
            <source>{0}, about {1} s left</source>
            <translation>{0}，约剩 {1} 秒</translation>
        </message>
        <message>
            <source>As good as pictures of this kind get.</source>
            <translation>已达到此类图片能达到的程度。</translation>
        </message>
        <message>
            <source>Like the photo, less closely than pictures of this kind.</source>
            <translation>像这张照片，但不如同类图片接近。</translation>
        </message>
        <message>
            <source>Off-domain: expect a likeness, not a copy.</source>
            <translation>超出模型领域：只能相似，不能复制。</translation>
        </message>
        <message>
            <source>Likeness {0} %</source>
            <translation>相似度 {0} %</translation>
        </message>
        <message>
            <source>same person {0} of 1</source>
            <translation>同一人 {0}（满分 1）</translation>
        </message>
        <message>
            <source>How near real pictures come to this model was not measured.</source>
            <translation>未测量真实图片能多接近此模型。</translation>
        </message>
    </context>
    <context>
        <name>Recipe</name>
        <message>
            <source>The default: styles, layers and truncation to explore, and steady on small sets.</source>
            <translation>默认选择：可探索风格、层和截断，在小数据集上也稳定。</translation>
        </message>
        <message>
            <source>Quick look: 32 px, half an hour on a CPU</source>
            <translation>快速一览：32 像素，CPU 上半小时</translation>
        </message>
        <message>
            <source>An afternoon on a CPU: 64 px</source>
            <translation>CPU 上一个下午：64 像素</translation>
        </message>
        <message>
            <source>An hour on a GPU: 64 px, four times the parameters</source>
            <translation>GPU 上一小时：64 像素，参数为四倍</translation>
        </message>
        <message>
            <source>Overnight on a CPU: 128 px, built-in portraits alone, and their sliders</source>
            <translation>CPU 上一整夜：128 像素，仅限内置肖像，并带有滑块</translation>
        </message>
        <message>
            <source>Overnight on a GPU: 128 px, full width</source>
            <translation>GPU 上一夜：128 像素，全宽度</translation>
        </message>
        <message>
            <source>Convolutions from 1024 channels down to the picture. Digits, or tiny faces, in minutes.</source>
            <translation>从 1024 个通道逐级卷积到图片。几分钟即可得到数字或小人脸。</translation>
        </message>
        <message>
            <source>Paints landscapes from label maps, with a style that a seed or a photo gives.</source>
            <translation>根据标签图绘制风景，风格由种子或照片决定。</translation>
        </message>
        <message>
            <source>The first of its kind: a U-Net from label maps to pictures, one answer to each map.</source>
            <translation>同类方法的开端：用 U-Net 从标签图到图片，每张标签图只有一个结果。</translation>
        </message>
        <message>
            <source>Residual blocks and judges at several sizes, and styles: calmer and sharper than pix2pix.</source>
            <translation>残差块加多种尺寸的判别器，还有风格：比 pix2pix 更平稳、更清晰。</translation>
        </message>
        <message>
            <source>128 pixels without batch norm, by units that normalise themselves.</source>
            <translation>128 像素，不用批归一化，由自归一化单元代替。</translation>
        </message>
        <message>
            <source>The classic at 64 pixels. Fast to show something; z alone to explore.</source>
            <translation>64 像素的经典模型。很快见到结果；只能探索 z。</translation>
        </message>
        <message>
            <source>The first one: fully connected layers. For digits and other small grey pictures.</source>
            <translation>最早的 GAN：全连接层。适合数字等小灰度图。</translation>
        </message>
        <message>
            <source>Squared distances to the targets 0 and 1: gentle gradients, DCGAN's networks.</source>
            <translation>到目标 0 和 1 的平方距离：梯度平缓，使用 DCGAN 的网络。</translation>
        </message>
        <message>
            <source>Grows from 4 pixels by doubling. `--loss lsgan` is the other loss of the paper.</source>
            <translation>从 4 像素起逐级翻倍增长。`--loss lsgan` 是论文中的另一种损失。</translation>
        </message>
        <message>
            <source>Real and generated pictures judged in pairs: covers rare kinds of pictures, slower steps.</source>
            <translation>真实与生成图片成对判别：能覆盖少见的图片，每步较慢。</translation>
        </message>
        <message>
            <source>A critic whose gradient is kept at 1: hardly ever collapses, five critic steps.</source>
            <translation>评论器的梯度保持为 1：几乎不会坍塌，评论器走五步。</translation>
        </message>
        <message>
            <source>A critic with clipped weights: the loss follows the quality, training is slow.</source>
            <translation>裁剪权重的评论器：损失反映质量，训练较慢。</translation>
        </message>
    </context>
    <context>
        <name>Run</name>
        <message>
            <source>Starting…</source>
            <translation>正在启动…</translation>
        </message>
        <message>
            <source>Preparing the pictures…</source>
            <translation>正在准备图片…</translation>
        </message>
        <message>
            <source>The discriminator learns alone first…</source>
            <translation>判别器先单独学习…</translation>
        </message>
        <message>
            <source>Cancelled before it began; nothing was kept</source>
            <translation>开始前已取消，未保留任何内容</translation>
        </message>
        <message>
            <source>{0} of {1} kimg</source>
            <translation>{0} / {1} kimg</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练中</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>Stopped; it can be resumed</source>
            <translation>已停止，可以继续</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>已完成</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>The process ended unexpectedly</source>
            <translation>进程意外结束</translation>
        </message>
        <message>
            <source>Training has just begun; there are no figures yet.</source>
            <translation>训练刚刚开始，还没有数据。</translation>
        </message>
        <message>
            <source>Learning well: neither side has won, and samples vary.</source>
            <translation>学习良好：双方势均力敌，样本多样。</translation>
        </message>
        <message>
            <source>The losses became infinite; the run went back and halved its learning rate.</source>
            <translation>损失变为无穷大；训练已退回并把学习率减半。</translation>
        </message>
        <message>
            <source>If it happens again, start with a lower learning rate or a larger gamma.</source>
            <translation>如果再次发生，请用更低的学习率或更大的 gamma 开始。</translation>
        </message>
        <message>
            <source>Mode collapse: samples are {0} times more alike than the data.</source>
            <translation>模式坍塌：样本之间比数据相似 {0} 倍。</translation>
        </message>
        <message>
            <source>Choose a recipe with a gradient penalty (WGAN-GP, R3GAN), or an earlier snapshot.</source>
            <translation>选择带梯度惩罚的配方（WGAN-GP、R3GAN），或更早的快照。</translation>
        </message>
        <message>
            <source>Memorising: samples are nearly copies of training pictures.</source>
            <translation>死记硬背：样本几乎是训练图片的副本。</translation>
        </message>
        <message>
            <source>Use more pictures or more augmentation, or stop at an earlier snapshot.</source>
            <translation>使用更多图片或更强的增强，或采用更早的快照。</translation>
        </message>
        <message>
            <source>The discriminator wins, so the generator learns little.</source>
            <translation>判别器占优，生成器学不到多少。</translation>
        </message>
        <message>
            <source>Raise gamma, add augmentation, or lower the discriminator's learning rate.</source>
            <translation>增大 gamma、加强增强，或降低判别器的学习率。</translation>
        </message>
        <message>
            <source>The discriminator knows its training pictures by heart.</source>
            <translation>判别器已把训练图片背下来。</translation>
        </message>
        <message>
            <source>Use more pictures or more augmentation.</source>
            <translation>使用更多图片或更强的增强。</translation>
        </message>
        <message>
            <source>It no longer gets better.</source>
            <translation>已不再变好。</translation>
        </message>
        <message>
            <source>Stop, and keep the best snapshot.</source>
            <translation>停止训练，保留最好的快照。</translation>
        </message>
        <message>
            <source>Changed: {0}</source>
            <translation>已更改：{0}</translation>
        </message>
        <message>
            <source>Losses became infinite: rolled back, learning rate halved</source>
            <translation>损失变为无穷：已回退，学习率减半</translation>
        </message>
        <message>
            <source>Rewound from {0} kimg</source>
            <translation>从 {0} kimg 倒回</translation>
        </message>
        <message>
            <source>Refused: {0}</source>
            <translation>被拒绝：{0}</translation>
        </message>
        <message>
            <source>{0} of memory</source>
            <translation>内存 {0}</translation>
        </message>
        <message>
            <source>{0} on the disk, {1} free</source>
            <translation>占用磁盘 {0}，剩余 {1}</translation>
        </message>
        <message>
            <source>{0} min left</source>
            <translation>还剩 {0} 分钟</translation>
        </message>
        <message>
            <source>{0} h {1} min left</source>
            <translation>还剩 {0} 小时 {1} 分钟</translation>
        </message>
        <message>
            <source>The disk is full: the run waits until it can write.</source>
            <translation>磁盘已满：训练会等到可以写入为止。</translation>
        </message>
        <message>
            <source>Free some space; it goes on by itself.</source>
            <translation>请腾出一些空间，训练会自动继续。</translation>
        </message>
    </context>
    <context>
        <name>RunPage</name>
        <message>
            <source>Adjust…</source>
            <translation>调整…</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Stop and keep</source>
            <translation>停止并保留</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Resume</source>
            <translation>继续训练</translation>
        </message>
        <message>
            <source>Back to the picture (Esc)</source>
            <translation>回到图片 (Esc)</translation>
        </message>
        <message>
            <source>Learning rates and augmentation, while it runs</source>
            <translation>在训练中调整学习率和增强</translation>
        </message>
        <message>
            <source>Progress of the training</source>
            <translation>训练进度</translation>
        </message>
        <message>
            <source>Hold the training; the process keeps its memory</source>
            <translation>暂停训练；进程保留其内存</translation>
        </message>
        <message>
            <source>Write a checkpoint and end; all snapshots stay, and it can be resumed</source>
            <translation>写入检查点后结束；所有快照保留，以后可以继续</translation>
        </message>
        <message>
            <source>End it before it has begun; nothing is kept</source>
            <translation>在开始前结束，不保留任何内容</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
    </context>
    <context>
        <name>SeedBox</name>
        <message>
            <source>Previous seed</source>
            <translation>上一个种子</translation>
        </message>
        <message>
            <source>Next seed</source>
            <translation>下一个种子</translation>
        </message>
        <message>
            <source>Random seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>no seed</source>
            <translation>无种子</translation>
        </message>
    </context>
    <context>
        <name>SeedList</name>
        <message>
            <source>Seed {0}</source>
            <translation>种子 {0}</translation>
        </message>
    </context>
    <context>
        <name>SeedPanel</name>
        <message>
            <source>Seed</source>
            <translation>种子</translation>
        </message>
        <message>
            <source>Seed A</source>
            <translation>种子 A</translation>
        </message>
        <message>
            <source>To the next</source>
            <translation>到下一个</translation>
        </message>
        <message>
            <source>Travel from this seed to the next one</source>
            <translation>从此种子走向下一个种子</translation>
        </message>
        <message>
            <source>Choose from a wall of seeds (Ctrl+G)</source>
            <translation>从种子墙中选择（Ctrl+G）</translation>
        </message>
        <message>
            <source>This look has rows of W of its own, from a photo, parents or dragged points. Choose a seed to leave it.</source>
            <translation>此造型有自己的 W 行，来自照片、父母或拖动的点。选择一个种子即可离开它。</translation>
        </message>
    </context>
    <context>
        <name>SessionCommands</name>
        <message>
            <source>Save session</source>
            <translation>保存会话</translation>
        </message>
        <message>
            <source>Ganvas sessions (*.ganvas)</source>
            <translation>Ganvas 会话 (*.ganvas)</translation>
        </message>
        <message>
            <source>Session saved as {0}</source>
            <translation>会话已保存为 {0}</translation>
        </message>
        <message>
            <source>A clip is still being exported.</source>
            <translation>还有一段动画正在导出。</translation>
        </message>
        <message>
            <source>If you close now, it is cancelled and no file is left.</source>
            <translation>现在关闭会取消导出，不会留下任何文件。</translation>
        </message>
        <message>
            <source>Cancel it and close</source>
            <translation>取消导出并关闭</translation>
        </message>
        <message>
            <source>Keep exporting</source>
            <translation>继续导出</translation>
        </message>
        <message>
            <source>Save the changes to this session?</source>
            <translation>要保存对此会话的更改吗？</translation>
        </message>
        <message>
            <source>It has no file yet.</source>
            <translation>它还没有文件。</translation>
        </message>
        <message>
            <source>{0} Kept looks: {1}.</source>
            <translation>{0} 保留的造型：{1}。</translation>
        </message>
        <message>
            <source>{0} was made with the model {1}, which was not found.</source>
            <translation>{0} 是用模型 {1} 制作的，但找不到该模型。</translation>
        </message>
        <message>
            <source>Choose its file…</source>
            <translation>选择模型文件…</translation>
        </message>
        <message>
            <source>Show it with {0}</source>
            <translation>用 {0} 显示</translation>
        </message>
        <message>
            <source>Where is the model?</source>
            <translation>模型在哪里？</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>No copies are kept for a crash: {0}</source>
            <translation>无法保留用于意外退出的副本：{0}</translation>
        </message>
        <message>
            <source>Ganvas ended unexpectedly. What you did until {0} was kept.</source>
            <translation>Ganvas 上次意外退出。截至 {0} 的工作已保留。</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Discard</source>
            <translation>丢弃</translation>
        </message>
    </context>
    <context>
        <name>Shortcuts</name>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Sliders: step, step finely</source>
            <translation>滑块：步进、微调</translation>
        </message>
        <message>
            <source>Arrows, Shift+Arrows</source>
            <translation>方向键，Shift+方向键</translation>
        </message>
        <message>
            <source>Sliders: back to the middle</source>
            <translation>滑块：归位</translation>
        </message>
        <message>
            <source>Double click or Delete</source>
            <translation>双击或 Delete</translation>
        </message>
        <message>
            <source>Picture: zoom, move, fit</source>
            <translation>图片：缩放、移动、适合窗口</translation>
        </message>
        <message>
            <source>Wheel, drag, double click</source>
            <translation>滚轮、拖动、双击</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>SideEffects</name>
        <message>
            <source>{0}: what else it moves</source>
            <translation>{0}：还会改变什么</translation>
        </message>
        <message>
            <source>One unit of {0} also moves, in standard deviations:</source>
            <translation>{0}每移动一个单位，还会改变（单位：标准差）：</translation>
        </message>
        <message>
            <source>{0} moves nothing else that could be measured.</source>
            <translation>{0}不会改变其他可测量的属性。</translation>
        </message>
        <message>
            <source>The person stays {0} % alike at strength 2.</source>
            <translation>强度为 2 时，人物相似度为 {0} %。</translation>
        </message>
    </context>
    <context>
        <name>SliderRow</name>
        <message>
            <source>{0} ← {1} → {2}. 1 is one standard deviation over random pictures.</source>
            <translation>{0} ← {1} → {2}。1 为随机图片上的一个标准差。</translation>
        </message>
        <message>
            <source>Lock: keep random and reset from touching it</source>
            <translation>锁定：随机与重置不改动它</translation>
        </message>
        <message>
            <source>{0}: lock</source>
            <translation>{0}：锁定</translation>
        </message>
        <message>
            <source>Keep {0}: the other sliders leave it as it is</source>
            <translation>保持{0}：其他滑块不会改变它</translation>
        </message>
        <message>
            <source>Choose the layers that it acts on</source>
            <translation>选择其作用的层</translation>
        </message>
        <message>
            <source>{0}: choose layers</source>
            <translation>{0}：选择层</translation>
        </message>
        <message>
            <source>In the scale of {0} that is {1}.</source>
            <translation>按 {0} 自己的刻度为 {1}。</translation>
        </message>
    </context>
    <context>
        <name>SlidersPanel</name>
        <message>
            <source>Sliders</source>
            <translation>滑块</translation>
        </message>
        <message>
            <source>Random sliders, but for the locked ones</source>
            <translation>随机设置未锁定的滑块</translation>
        </message>
        <message>
            <source>Reset sliders, but for the locked ones</source>
            <translation>重置未锁定的滑块</translation>
        </message>
    </context>
    <context>
        <name>SnapshotSliders</name>
        <message>
            <source>{0} sliders were found: see what they do, and name them</source>
            <translation>找到了 {0} 个滑块：看看它们的作用并为其命名</translation>
        </message>
        <message>
            <source>{0} sliders follow the labels of the data set</source>
            <translation>有 {0} 个滑块对应数据集的标签</translation>
        </message>
    </context>
    <context>
        <name>Snapshots</name>
        <message>
            <source>Averaged (EMA)</source>
            <translation>平均权重（EMA）</translation>
        </message>
        <message>
            <source>Raw generator</source>
            <translation>原始生成器</translation>
        </message>
        <message>
            <source>Nearest training pictures</source>
            <translation>最近的训练图片</translation>
        </message>
        <message>
            <source>Best</source>
            <translation>最佳</translation>
        </message>
        <message>
            <source>Film…</source>
            <translation>影片…</translation>
        </message>
        <message>
            <source>Rewind</source>
            <translation>倒回</translation>
        </message>
        <message>
            <source>Fork…</source>
            <translation>分叉…</translation>
        </message>
        <message>
            <source>Open in explorer</source>
            <translation>在探索器中打开</translation>
        </message>
        <message>
            <source>What the samples show</source>
            <translation>样本显示的内容</translation>
        </message>
        <message>
            <source>Averaged: what a snapshot holds. Raw: the generator as it learns.
Nearest: the samples most like training pictures, each above its own: copies mean that it memorises.</source>
            <translation>平均：快照所保存的。原始：正在学习的生成器。
最近：与训练图片最相似的样本，各自位于对应图片之上：若是复制品，说明它在死记。</translation>
        </message>
        <message>
            <source>Samples of the snapshot</source>
            <translation>快照的样本</translation>
        </message>
        <message>
            <source>Snapshot</source>
            <translation>快照</translation>
        </message>
        <message>
            <source>The same seeds at every snapshot: drag to see it learn</source>
            <translation>每个快照使用相同种子：拖动看它如何学习</translation>
        </message>
        <message>
            <source>Show the snapshot nearest to the data</source>
            <translation>显示最接近数据的快照</translation>
        </message>
        <message>
            <source>Write all snapshots, one after the other, as GIF or MP4</source>
            <translation>把所有快照依次写成 GIF 或 MP4</translation>
        </message>
        <message>
            <source>Let the run go on from this snapshot; later ones are put aside, not deleted.
The newest snapshots and the best one can be gone back to.</source>
            <translation>让训练从此快照继续；之后的快照会被移到一旁，不会删除。
可以回到最新的几个快照和最佳快照。</translation>
        </message>
        <message>
            <source>Begin a new run with this snapshot, on other pictures</source>
            <translation>以此快照为起点，在其他图片上开始新的训练</translation>
        </message>
        <message>
            <source>Open this snapshot as a model, with sliders found at once; training goes on</source>
            <translation>把此快照作为模型打开，并立即找出滑块；训练继续进行</translation>
        </message>
        <message>
            <source>Film of the run</source>
            <translation>训练的影片</translation>
        </message>
        <message>
            <source>Films (*.mp4 *.gif *.webp)</source>
            <translation>影片 (*.mp4 *.gif *.webp)</translation>
        </message>
        <message>
            <source>Cancel ({0} %)</source>
            <translation>取消（{0} %）</translation>
        </message>
    </context>
    <context>
        <name>StatusBar</name>
        <message>
            <source>Cancel the export</source>
            <translation>取消导出</translation>
        </message>
        <message>
            <source>full</source>
            <translation>完整</translation>
        </message>
        <message>
            <source>draft</source>
            <translation>草图</translation>
        </message>
        <message>
            <source>Exporting…</source>
            <translation>正在导出…</translation>
        </message>
        <message>
            <source>Exporting, {0} s left</source>
            <translation>正在导出，剩余 {0} 秒</translation>
        </message>
        <message>
            <source>Exporting, {0} min left</source>
            <translation>正在导出，剩余 {0} 分钟</translation>
        </message>
        <message>
            <source>Cancel the opening</source>
            <translation>取消打开</translation>
        </message>
        <message>
            <source>Opening…</source>
            <translation>正在打开…</translation>
        </message>
        <message>
            <source>Stop looking for sliders</source>
            <translation>停止查找滑块</translation>
        </message>
        <message>
            <source>Finding sliders…</source>
            <translation>正在查找滑块…</translation>
        </message>
        <message>
            <source>Finding sliders for the labels of the data set…</source>
            <translation>正在为数据集的标签查找滑块…</translation>
        </message>
    </context>
    <context>
        <name>Studio</name>
        <message>
            <source>Made with another model ({0}): {1} shows the same seeds and sliders its own way. Open {0} to see the picture as it was.</source>
            <translation>此图由另一模型（{0}）生成：{1} 以自己的方式呈现相同的种子与滑块。请打开 {0} 以查看原图。</translation>
        </message>
        <message>
            <source>Saved {0}</source>
            <translation>已保存 {0}</translation>
        </message>
    </context>
    <context>
        <name>StyleBox</name>
        <message>
            <source>Photo of {0}</source>
            <translation>{0}的照片</translation>
        </message>
        <message>
            <source>Photo…</source>
            <translation>照片…</translation>
        </message>
        <message>
            <source>{0}: photo</source>
            <translation>{0}：照片</translation>
        </message>
        <message>
            <source>Take light and colours of a photo; or drop one here</source>
            <translation>取用照片的光线和色彩；也可把照片拖到这里</translation>
        </message>
        <message>
            <source>{0}: back to the seed</source>
            <translation>{0}：回到种子</translation>
        </message>
        <message>
            <source>{0}: of a photo</source>
            <translation>{0}：来自照片</translation>
        </message>
        <message>
            <source>{0}: by {1}; drop a photo here</source>
            <translation>{0}：来自{1}；可把照片拖到这里</translation>
        </message>
        <message>
            <source>Take the style of a photo</source>
            <translation>取用照片的风格</translation>
        </message>
        <message>
            <source>Photos (*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff)</source>
            <translation>照片 (*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff)</translation>
        </message>
    </context>
    <context>
        <name>StylePanel</name>
        <message>
            <source>Style</source>
            <translation>风格</translation>
        </message>
        <message>
            <source>Style A</source>
            <translation>风格 A</translation>
        </message>
        <message>
            <source>its seed, above</source>
            <translation>上方的种子</translation>
        </message>
        <message>
            <source>Style B</source>
            <translation>风格 B</translation>
        </message>
        <message>
            <source>its seed, below</source>
            <translation>下方的种子</translation>
        </message>
        <message>
            <source>A to B</source>
            <translation>A 到 B</translation>
        </message>
        <message>
            <source>How much of style B is mixed in; the map stays</source>
            <translation>混入多少风格 B；标签图不变</translation>
        </message>
    </context>
    <context>
        <name>TaskRow</name>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
    </context>
    <context>
        <name>TeachPage</name>
        <message>
            <source>Keep…</source>
            <translation>保持…</translation>
        </message>
        <message>
            <source>Start over</source>
            <translation>重新开始</translation>
        </message>
        <message>
            <source>Back to the picture (Esc)</source>
            <translation>返回图片（Esc）</translation>
        </message>
        <message>
            <source>Other pictures</source>
            <translation>换一批图片</translation>
        </message>
        <message>
            <source>Ask what is least sure</source>
            <translation>问最不确定的</translation>
        </message>
        <message>
            <source>Show marked</source>
            <translation>查看已标记</translation>
        </message>
        <message>
            <source>Slider at −2</source>
            <translation>滑块在 −2</translation>
        </message>
        <message>
            <source>The look as it is</source>
            <translation>当前的样子</translation>
        </message>
        <message>
            <source>Slider at +2</source>
            <translation>滑块在 +2</translation>
        </message>
        <message>
            <source>Name of the slider</source>
            <translation>滑块的名称</translation>
        </message>
        <message>
            <source>Other sliders whose effect this one shall leave alone</source>
            <translation>这个滑块不应影响的其他滑块</translation>
        </message>
        <message>
            <source>Forget the marks; the slider stays in its panel</source>
            <translation>忘记标记；滑块保留在面板中</translation>
        </message>
        <message>
            <source>Pictures that were not shown yet (N)</source>
            <translation>尚未显示过的图片（N）</translation>
        </message>
        <message>
            <source>Show the pictures that would teach most: those nearest to the border (U)</source>
            <translation>显示最有教益的图片：离分界最近的那些（U）</translation>
        </message>
        <message>
            <source>Look at the marks again, to correct them</source>
            <translation>再看一遍标记，以便更正</translation>
        </message>
        <message>
            <source>Each mark is guessed by a slider that was taught with all the others.
The range holds the true share with a probability of 95 %.</source>
            <translation>每个标记都由用其余标记教出的滑块来猜。
真实比例以 95 % 的概率落在该范围内。</translation>
        </message>
        <message>
            <source>Progress of meeting random pictures</source>
            <translation>了解随机图片的进度</translation>
        </message>
        <message>
            <source>Teach a slider</source>
            <translation>教一个滑块</translation>
        </message>
        <message>
            <source>{0} more · {1} less</source>
            <translation>{0} 个更多 · {1} 个更少</translation>
        </message>
        <message>
            <source>Keeps {0}…</source>
            <translation>保持 {0} 项…</translation>
        </message>
        <message>
            <source>It guesses {0} of {1} marks right that it was not shown: {2} to {3} %.</source>
            <translation>对没见过的标记，{1} 个中猜对 {0} 个：{2} 到 {3} %。</translation>
        </message>
        <message>
            <source>Meeting random pictures…</source>
            <translation>正在了解随机图片…</translation>
        </message>
        <message>
            <source>Think of something that pictures have more or less of. Mark those that have much of it with + (click at the right) and those that have little with − (click at the left). {0} of each make a slider, {1} of each a useful one.</source>
            <translation>想一个图片或多或少具有的特点。特点明显的用 + 标记（点右侧），不明显的用 − 标记（点左侧）。各 {0} 个就有滑块，各 {1} 个就好用。</translation>
        </message>
        <message>
            <source>more (+)</source>
            <translation>更多（+）</translation>
        </message>
        <message>
            <source>less (−)</source>
            <translation>更少（−）</translation>
        </message>
        <message>
            <source>Mark at least {0} pictures as {1}: {2} so far.</source>
            <translation>请至少把 {0} 张图片标为{1}：目前 {2} 张。</translation>
        </message>
        <message>
            <source>The slider is in its panel already, and follows each mark.</source>
            <translation>滑块已在面板中，并随每个标记而变。</translation>
        </message>
        <message>
            <source>Mark on, or let it ask what it is least sure of: such answers teach it most.</source>
            <translation>继续标记，或让它问最不确定的：这样的回答最有教益。</translation>
        </message>
    </context>
    <context>
        <name>Teacher</name>
        <message>
            <source>Taught</source>
            <translation>教出的</translation>
        </message>
    </context>
    <context>
        <name>ToolRow</name>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source> px</source>
            <translation> 像素</translation>
        </message>
        <message>
            <source>Width of brush and line in pixels of the map (wheel, [ ])</source>
            <translation>画笔和线条的宽度，以标签图的像素计（滚轮、[ ]）</translation>
        </message>
        <message>
            <source>Gaps to </source>
            <translation>缺口至 </translation>
        </message>
        <message>
            <source>Gaps that a fill does not leak through</source>
            <translation>填充不会漏过的缺口</translation>
        </message>
        <message>
            <source>A fill stops at outlines with openings up to so many pixels of the map</source>
            <translation>轮廓的缺口不超过这么多像素时，填充不会漏出</translation>
        </message>
        <message>
            <source>Symmetry</source>
            <translation>对称</translation>
        </message>
        <message>
            <source>Every stroke is painted mirrored as well</source>
            <translation>每一笔同时画出它的镜像</translation>
        </message>
        <message>
            <source>Side by side</source>
            <translation>并排</translation>
        </message>
        <message>
            <source>Map and picture beside each other</source>
            <translation>标签图与画面并排</translation>
        </message>
        <message>
            <source>Overlay</source>
            <translation>叠放</translation>
        </message>
        <message>
            <source>Map over picture, with a divider to drag (&lt; and &gt;)</source>
            <translation>标签图叠在画面上，分隔线可拖动（&lt; 和 &gt;）</translation>
        </message>
        <message>
            <source>Grid</source>
            <translation>网格</translation>
        </message>
        <message>
            <source>Eighths, and pixels when large</source>
            <translation>八等分；放大时显示像素</translation>
        </message>
        <message>
            <source>Map</source>
            <translation>标签图</translation>
        </message>
        <message>
            <source>Brush</source>
            <translation>画笔</translation>
        </message>
        <message>
            <source>Paint with the label, hard-edged</source>
            <translation>用标签绘制，边缘分明</translation>
        </message>
        <message>
            <source>Line</source>
            <translation>直线</translation>
        </message>
        <message>
            <source>Drag from end to end; Shift: straight</source>
            <translation>从一端拖到另一端；按住 Shift：笔直</translation>
        </message>
        <message>
            <source>Rectangle</source>
            <translation>矩形</translation>
        </message>
        <message>
            <source>Drag; Shift: a square</source>
            <translation>拖动；按住 Shift：正方形</translation>
        </message>
        <message>
            <source>Polygon</source>
            <translation>多边形</translation>
        </message>
        <message>
            <source>Click corners; the last one twice, or the first again, closes it</source>
            <translation>依次单击各个角；再次单击最后一个或第一个角即闭合</translation>
        </message>
        <message>
            <source>Fill</source>
            <translation>填充</translation>
        </message>
        <message>
            <source>Fill an area of one label</source>
            <translation>填充同一标签的区域</translation>
        </message>
        <message>
            <source>Replace</source>
            <translation>替换</translation>
        </message>
        <message>
            <source>Turn all of the label that you click into the one you paint with</source>
            <translation>把单击处的标签全部换成当前标签</translation>
        </message>
        <message>
            <source>Take label</source>
            <translation>取标签</translation>
        </message>
        <message>
            <source>Click the label to paint with; a right click does it with every tool</source>
            <translation>单击要用的标签；用任何工具时右键单击也可以</translation>
        </message>
        <message>
            <source>Eraser</source>
            <translation>橡皮</translation>
        </message>
        <message>
            <source>Paint with the eraser's label, which the legend shows (X swaps)</source>
            <translation>用橡皮的标签绘制，图例中会显示它（X 互换）</translation>
        </message>
        <message>
            <source>No symmetry</source>
            <translation>不对称</translation>
        </message>
        <message>
            <source>Left and right</source>
            <translation>左右对称</translation>
        </message>
        <message>
            <source>Up and down</source>
            <translation>上下对称</translation>
        </message>
        <message>
            <source>Both ways</source>
            <translation>上下左右对称</translation>
        </message>
    </context>
    <context>
        <name>TrainCommands</name>
        <message>
            <source>Snapshot or StyleGAN2 to begin with</source>
            <translation>作为起点的快照或 StyleGAN2</translation>
        </message>
        <message>
            <source>Snapshots and models (*.safetensors)</source>
            <translation>快照和模型 (*.safetensors)</translation>
        </message>
        <message>
            <source>Open run</source>
            <translation>打开训练记录</translation>
        </message>
        <message>
            <source>Resume run</source>
            <translation>继续训练</translation>
        </message>
        <message>
            <source>Saved {0}</source>
            <translation>已保存 {0}</translation>
        </message>
    </context>
    <context>
        <name>ValueRow</name>
        <message>
            <source>{0} value</source>
            <translation>{0} 数值</translation>
        </message>
    </context>
    <context>
        <name>WallPage</name>
        <message>
            <source>First seed</source>
            <translation>起始种子</translation>
        </message>
        <message>
            <source>All</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>Starred</source>
            <translation>已加星标</translation>
        </message>
        <message>
            <source>Seeds with a tag</source>
            <translation>带标签的种子</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>对比</translation>
        </message>
        <message>
            <source>Lay seeds A and B over each other (C)</source>
            <translation>将种子 A 与 B 叠放对比（C）</translation>
        </message>
        <message>
            <source>Contact sheet…</source>
            <translation>缩略图总览…</translation>
        </message>
        <message>
            <source>Back to the picture (Esc)</source>
            <translation>返回图片（Esc）</translation>
        </message>
        <message>
            <source>Seeds from</source>
            <translation>种子，从</translation>
        </message>
        <message>
            <source>Tag</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Click: seed A · B: seed B · S: star · T: tag · C: compare · Enter: show in large</source>
            <translation>单击：种子 A · B：种子 B · S：星标 · T：标签 · C：对比 · Enter：放大显示</translation>
        </message>
        <message>
            <source>No seed has a star yet: hover over one and click its star, or press S.</source>
            <translation>还没有种子加星标：将鼠标移到种子上点击星形，或按 S。</translation>
        </message>
        <message>
            <source>Seeds A and B, compared</source>
            <translation>种子 A 与 B 的对比</translation>
        </message>
        <message>
            <source>Drag the divider, or move it with the arrow keys · Esc: back</source>
            <translation>拖动分隔线，或用方向键移动 · Esc：返回</translation>
        </message>
        <message>
            <source>Use as seed A</source>
            <translation>用作种子 A</translation>
        </message>
        <message>
            <source>Use as seed B</source>
            <translation>用作种子 B</translation>
        </message>
        <message>
            <source>Take the star</source>
            <translation>取消星标</translation>
        </message>
        <message>
            <source>Give a star</source>
            <translation>加星标</translation>
        </message>
        <message>
            <source>New tag…</source>
            <translation>新标签…</translation>
        </message>
        <message>
            <source>Tag seed {0}</source>
            <translation>为种子 {0} 加标签</translation>
        </message>
        <message>
            <source>A word to find it by</source>
            <translation>便于查找的词</translation>
        </message>
        <message>
            <source>Seed A: {0}</source>
            <translation>种子 A：{0}</translation>
        </message>
        <message>
            <source>Seed B: {0}</source>
            <translation>种子 B：{0}</translation>
        </message>
        <message>
            <source>Listed seeds ({0})</source>
            <translation>列出的种子（{0}）</translation>
        </message>
        <message>
            <source>{0} seeds from {1} on</source>
            <translation>从 {1} 起的 {0} 个种子</translation>
        </message>
        <message>
            <source>Save contact sheet</source>
            <translation>保存缩略图总览</translation>
        </message>
        <message>
            <source>PNG (*.png)</source>
            <translation>PNG (*.png)</translation>
        </message>
    </context>
    <context>
        <name>WallView</name>
        <message>
            <source>Seed wall</source>
            <translation>种子墙</translation>
        </message>
    </context>
</TS>
